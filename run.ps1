# Finds the .NET SDK and starts a step, the tests, or Classroom, which has all other commands. Alone, it lists them.
$PSNativeCommandUseErrorActionPreference = $false
$env:SCRIPT = './run.ps1'
$env:CALLED_FROM = (Get-Location).ProviderPath
# PowerShell reads 2,3 as an array: the commands get it as it was typed.
$words = @($args | ForEach-Object { $_ -join ',' })
$rest = @($words | Select-Object -Skip 1)
$download = 'install .NET 10 from https://dotnet.microsoft.com/download'

function Stop-Here([string] $problem) {
    [Console]::Error.WriteLine($problem)
    exit 2
}

# The folder of a step that is called 3, 03, 03-LongPolling or .\03-LongPolling\; nothing if there is none.
function Find-Step([string] $word) {
    $name = $word -replace '^\.[\\/]|[\\/]$', ''
    Get-ChildItem -Directory -Name | Where-Object {
        $_ -match '^(0?(\d+))-' -and $name -in $Matches[1], $Matches[2], $_ -and (Test-Path "$_/$_.csproj")
    }
}

# The first build takes some seconds, and the SDK says nothing meanwhile.
function Show-Build([string] $project) {
    if (-not (Test-Path "$project/bin")) { [Console]::Error.WriteLine("Building $project ...") }
}

Push-Location -LiteralPath $PSScriptRoot # Another folder may have a global.json that asks for another SDK.
try {
    if (-not (Get-Command dotnet -ErrorAction SilentlyContinue)) { Stop-Here "The .NET SDK is missing: $download" }
    $version = (& dotnet --version) -join "`n"
    if ($LASTEXITCODE -ne 0) { Stop-Here $version } # If it cannot start, it says best itself why.
    if ((($version -split '\.')[0] -as [int]) -lt 10) {
        Stop-Here "The .NET SDK is too old ($version; a global.json in a folder above may ask for that one): $download"
    }
    if (-not ((& dotnet --list-runtimes) -match '^Microsoft\.AspNetCore\.App 10\.')) {
        Stop-Here "The .NET SDK is $version, but the .NET 10 runtime is missing: $download"
    }

    if ($step = Find-Step $words[0]) {
        Show-Build $step
        & dotnet run --project $step -- @rest
    }
    elseif ($words[0] -eq 'test') {
        if ($rest.Count -gt 0 -and $rest[0] -notlike '-*') {
            $step = Find-Step $rest[0]
            if (-not $step) { Stop-Here "There is no step `"$($rest[0])`": ./run.ps1 lists them." }
            $number = [int]($step -split '-')[0]
            $rest = @('--filter', "Step=$number") + @($rest | Select-Object -Skip 1)
        }
        Show-Build 'Tests'
        & dotnet test Tests @rest
    }
    else {
        Show-Build 'Classroom'
        & dotnet run -c Release --project Classroom -- @words
    }
    exit $LASTEXITCODE
}
finally {
    Pop-Location
    $env:SCRIPT = $env:CALLED_FROM = $null
}
