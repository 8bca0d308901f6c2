# The set's commands. Without an argument, it lists them.
$ErrorActionPreference = 'Stop'
$root = $PSScriptRoot
$steps = @(Get-ChildItem -Path $root -Directory -Filter '0?-*' | Sort-Object -Property Name)
$verb = ''
$rest = @()
if ($args.Count -gt 0) { $verb = [string]$args[0] }
if ($args.Count -gt 1) { $rest = @($args[1..($args.Count - 1)]) }

function Show-Usage {
    Write-Output './run.ps1 STEP [arguments]  runs a step at http://localhost:3000; for example ./run.ps1 3 --urls http://localhost:3005'
    foreach ($step in $steps) { Write-Output ('                            ' + $step.Name) }
    Write-Output './run.ps1 all               runs every step at once, on 3001, 3002, ...'
    Write-Output './run.ps1 diff N M          shows what changes from step N to step M'
    Write-Output './run.ps1 test              runs every test'
    Write-Output './run.ps1 compare           measures a class of students on every step'
    Write-Output './run.ps1 burst             measures how fast one message reaches many'
    Write-Output './run.ps1 break STEP        runs a step behind a network that breaks at a key'
}

function Stop-WithError([string] $message) {
    [Console]::Error.WriteLine($message)
    exit 2
}

# The folder of the step that is called 3, 03 or 03-LongPolling.
function Get-Step([string] $name) {
    if ($name -eq '') { return $null }
    foreach ($step in $steps) {
        if ($step.Name -eq $name -or $step.Name.StartsWith("$name-") -or $step.Name.StartsWith("0$name-")) { return $step }
    }
    return $null
}

function Assert-Sdk {
    if (-not (Get-Command dotnet -ErrorAction SilentlyContinue)) {
        Stop-WithError 'The .NET 10 SDK is missing: install it from https://dotnet.microsoft.com/download'
    }
    $version = [string](& dotnet --version)
    $major = 0
    if (-not [int]::TryParse($version.Split('.')[0], [ref] $major) -or $major -lt 10) {
        Stop-WithError "The .NET SDK is too old ($version): install 10 from https://dotnet.microsoft.com/download"
    }
}

function Start-All {
    $running = @()
    foreach ($step in $steps) {
        & dotnet build --nologo -v quiet $step.FullName
        if ($LASTEXITCODE -ne 0) { exit $LASTEXITCODE }
    }
    try {
        $port = 3001
        foreach ($step in $steps) {
            $dll = 'bin/Debug/net10.0/' + $step.Name + '.dll'
            $running += Start-Process -FilePath dotnet -ArgumentList $dll, '--urls', "http://localhost:$port" `
                -WorkingDirectory $step.FullName -NoNewWindow -PassThru
            $port++
        }
        $running | Wait-Process
    }
    finally {
        foreach ($process in $running) {
            if (-not $process.HasExited) { Stop-Process -Id $process.Id -ErrorAction SilentlyContinue }
        }
    }
}

function Show-Diff {
    $from = $null
    $to = $null
    if ($rest.Count -ge 2) {
        $from = Get-Step $rest[0]
        $to = Get-Step $rest[1]
    }
    if ($null -eq $from -or $null -eq $to) { Stop-WithError './run.ps1 diff needs two steps, for example ./run.ps1 diff 2 3' }
    $git = Get-Command git -ErrorAction SilentlyContinue
    $counts = @()
    Push-Location $root
    try {
        foreach ($file in 'Program.cs', 'chat.js', 'index.html') {
            $old = $from.Name + '/' + $file
            $new = $to.Name + '/' + $file
            if ($git) {
                & git --no-pager diff --no-index --minimal --color=auto $old $new
                $numbers = ([string](& git --no-pager diff --no-index --minimal --numstat $old $new)).Split("`t")
                $added = 0
                $removed = 0
                if ($numbers.Count -ge 2) { $added = $numbers[0]; $removed = $numbers[1] }
            }
            else {
                $changes = @(Compare-Object (Get-Content -Encoding UTF8 $old) (Get-Content -Encoding UTF8 $new))
                foreach ($line in $changes) { Write-Output ($line.SideIndicator + ' ' + $line.InputObject) }
                $added = @($changes | Where-Object { $_.SideIndicator -eq '=>' }).Count
                $removed = @($changes | Where-Object { $_.SideIndicator -eq '<=' }).Count
            }
            $counts += ('{0,-11} +{1,-4} -{2}' -f $file, $added, $removed)
        }
    }
    finally {
        Pop-Location
    }
    Write-Output ''
    Write-Output ($from.Name + ' -> ' + $to.Name)
    Write-Output $counts
    exit 0
}

if ($verb -eq '') {
    Show-Usage
}
elseif ($verb -eq 'all') {
    Assert-Sdk
    Start-All
}
elseif ($verb -eq 'diff') {
    Show-Diff
}
elseif ($verb -eq 'test') {
    Assert-Sdk
    & dotnet test "$root/Tests" @rest
    exit $LASTEXITCODE
}
elseif (@('compare', 'burst', 'break') -contains $verb) {
    Assert-Sdk
    & dotnet run -c Release --project "$root/Classroom" -- $verb @rest
    exit $LASTEXITCODE
}
else {
    $step = Get-Step $verb
    if ($null -eq $step) { Stop-WithError "There is no step or command `"$verb`": ./run.ps1 lists them." }
    Assert-Sdk
    & dotnet run --project $step.FullName -- @rest
    exit $LASTEXITCODE
}
