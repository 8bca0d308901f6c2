# Finds the .NET SDK and starts a step, the tests, or Classroom, which has all other commands. Alone, it lists them.
$PSNativeCommandUseErrorActionPreference = $false
function Stop-Here([string] $problem) {
    [Console]::Error.WriteLine("${problem}: install .NET 10 from https://dotnet.microsoft.com/download")
    exit 2
}
# PowerShell reads 2,3 as an array: the commands get it as it was typed.
$words = @($args | ForEach-Object { $_ -join ',' })
$first = if ($words.Count -gt 0) { $words[0] -replace '^\.[\\/]|[\\/]$', '' } else { '' }
$rest = @($words | Select-Object -Skip 1)
$env:CALLED_FROM = (Get-Location).ProviderPath
Push-Location -LiteralPath $PSScriptRoot # Another folder may have a global.json that asks for another SDK.
try {
    if (-not (Get-Command dotnet -ErrorAction SilentlyContinue)) { Stop-Here 'The .NET SDK is missing' }
    $version = [string](& dotnet --version)
    if ((($version -split '\.')[0] -as [int]) -lt 10) { Stop-Here "The .NET SDK is too old ($version)" }
    if (-not ((& dotnet --list-runtimes) -match '^Microsoft\.AspNetCore\.App 10\.')) {
        Stop-Here "The .NET SDK is $version, but the .NET 10 runtime is missing"
    }
    # A step is called 3, 03 or 03-LongPolling.
    $step = Get-ChildItem -Directory | Where-Object {
        $_.Name -match '^(0?(\d+))-' -and $first -in $Matches[1], $Matches[2], $_.Name
    }
    if ($step) { & dotnet run --project $step.FullName -- @rest }
    elseif ($first -eq 'test' -and "$rest" -notmatch '^(-h|--help|[^-])') { & dotnet test Tests @rest }
    else { & dotnet run -c Release --project Classroom -- @words }
    exit $LASTEXITCODE
}
finally { Pop-Location }
