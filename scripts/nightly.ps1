<#
.SYNOPSIS
One night on Windows: fetch new versions of layers, compute what changed, publish it or keep the
old set, and leave a log and a text that can be mailed. Does what nightly.sh does.

.DESCRIPTION
This script was not run on Windows yet, nor by any PowerShell: only nightly.sh was. This one was
parsed with a grammar of PowerShell, without a fault, and read against the documentation. It needs
Windows PowerShell 5.1 or PowerShell 7, and htkgis on the path or its program in $env:HTKGIS.

Each night is a folder of its own in FOLDER\nights: update.txt, update.jsonl, run.jsonl, run.txt,
mail.txt.
Exit codes: 0 all done; 1 the run failed, or a layer was held back or not fetched (the run is made
all the same); 2 wrong usage.

.EXAMPLE
powershell -ExecutionPolicy Bypass -File nightly.ps1 -Folder D:\htkgis\study
powershell -ExecutionPolicy Bypass -Command "& 'D:\htkgis\scripts\nightly.ps1' 'D:\htkgis\study' -RunOptions '--language', 'en'; exit $LASTEXITCODE"
Options of a run need -Command: -File hands on no lists.
#>
param(
    [Parameter(Mandatory = $true, Position = 0)] [string] $Folder,
    [string] $Catalog = 'layers/catalog.toml',
    [string] $Data = '',
    [string] $Nights = 'nights',
    [int] $KeepNights = 30,
    [switch] $NoUpdate,
    [string[]] $RunOptions = @()
)
$ErrorActionPreference = 'Stop'
# not Join-Path: it stops at a drive that is not there, with another exit code
if (-not (Test-Path -LiteralPath "$Folder/study.toml" -PathType Leaf)) {
    [Console]::Error.WriteLine("nightly.ps1: $Folder holds no study.toml")
    exit 2
}
Set-Location -LiteralPath $Folder
# what Python writes to a file is UTF-8, whatever the code page of the machine
$env:PYTHONUTF8 = '1'
$command = if ($env:HTKGIS) { $env:HTKGIS } else { 'htkgis' }
$stamp = (Get-Date).ToUniversalTime().ToString('yyyy-MM-ddTHHmmssZ')
$night = (New-Item -ItemType Directory -Path (Join-Path $Nights $stamp)).FullName

function Invoke-Htkgis([string[]] $Arguments, [string] $Out, [string] $Err) {
    # Start-Process keeps the bytes of both streams; redirection in PowerShell 5.1 would recode them
    # a backslash before a quotation mark, as D:\data\ would end with, is a letter only when doubled
    $quoted = $Arguments | ForEach-Object {
        '"' + ($_ -replace '(\\*)"', '$1$1\"' -replace '(\\+)$', '$1$1') + '"'
    }
    try {
        $process = Start-Process -FilePath $command -ArgumentList $quoted -NoNewWindow -Wait `
            -PassThru -RedirectStandardOutput $Out -RedirectStandardError $Err
        return $process.ExitCode
    } catch {
        # as where a shell does not find the command: there is a text to mail all the same
        Write-Lines $Out @()
        Write-Lines $Err @("$command could not be started: $_")
        return 127
    }
}
# the comma keeps a list of one line, or of none, a list
function Read-Lines([string] $Path) { return , @(Get-Content -LiteralPath $Path -Encoding UTF8) }
# Set-Content of PowerShell 5.1 would begin the file with a mark that is no letter of the subject
function Write-Lines([string] $Path, [string[]] $Lines) {
    [System.IO.File]::WriteAllLines($Path, $Lines)
}

$shared = @('--catalog', $Catalog)
if ($Data) { $shared += @('--data', $Data) }

$updated = 0
$updateFile = Join-Path $night 'update.txt'
if ($NoUpdate) {
    Write-Lines $updateFile @('no update was asked for')
    $layersTold = @('no update was asked for')
} else {
    $updateLog = Join-Path $night 'update.jsonl'
    $layersFile = Join-Path $night 'layers.txt'
    $updateOptions = @('update', '--strict', '--log-json', '--summary', $layersFile) + $shared
    $updated = Invoke-Htkgis $updateOptions $updateFile $updateLog
    if (Test-Path -LiteralPath $layersFile) {
        $layersTold = Read-Lines $layersFile
        Remove-Item -LiteralPath $layersFile
    } else {
        # the command did not get as far as the summary: what it said is all there is
        $layersTold = (Read-Lines $updateFile) + (Read-Lines $updateLog)
    }
}

$summary = Join-Path $night 'summary.txt'
$runFile = Join-Path $night 'run.txt'
$logFile = Join-Path $night 'run.jsonl'
$ran = Invoke-Htkgis (@('run', '--log-json', '--summary', $summary) + $shared + $RunOptions) `
    $runFile $logFile

$code = $ran
$said = ''
if ($updated -ne 0) {
    if ($code -eq 0) { $code = 1 }
    $said = '; UPDATE: look at the layers'
}
if (Test-Path -LiteralPath $summary) {
    $told = Read-Lines $summary
    Remove-Item -LiteralPath $summary
    $head = $told[0]
} else {
    $head = 'htkgis run: FAILED before it began'
    $told = (Read-Lines $runFile) + (Read-Lines $logFile)
}
$mail = @("$head$said", '', "Layers (htkgis update, exit code $updated):")
$mail += $layersTold | ForEach-Object { "  $_" }
$mail += @('', "Run (exit code $ran):")
$mail += $told | ForEach-Object { "  $_" }
Write-Lines (Join-Path $night 'mail.txt') $mail

# names are dates, so that their order is that of the nights; a log that is open goes another night
Get-ChildItem -LiteralPath $Nights -Directory | Where-Object { $_.Name -match '^20.*Z$' } |
    Sort-Object Name -Descending | Select-Object -Skip $KeepNights |
    ForEach-Object { Remove-Item -LiteralPath $_.FullName -Recurse -ErrorAction Continue }

$mail | ForEach-Object { [Console]::Out.WriteLine($_) }
exit $code
