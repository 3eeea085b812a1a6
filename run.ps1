# Set up what is missing and open the desktop on the demo (Windows; not tried on Windows by its authors).
#   .\run.ps1                the demo
#   .\run.ps1 --setup        only set up
#   .\run.ps1 COMMAND ...    any command of the program
$ErrorActionPreference = "Stop"
Set-Location $PSScriptRoot

function Find-Python {
    $candidates = @()
    if ($env:LAIXI_PYTHON) { $candidates += ,@($env:LAIXI_PYTHON) }
    foreach ($version in "3.14", "3.13", "3.12", "3.11") { $candidates += ,@("py", "-$version") }
    $candidates += ,@("python")
    foreach ($candidate in $candidates) {
        $program = $candidate[0]
        $rest = @($candidate | Select-Object -Skip 1)
        if (-not (Get-Command $program -ErrorAction SilentlyContinue)) { continue }
        & $program @rest -c "import sys; sys.exit(sys.version_info < (3, 11))" 2>$null
        if ($LASTEXITCODE -eq 0) { return ,$candidate }
    }
    throw "Python 3.11 or newer is needed. Install it from python.org, or name it in LAIXI_PYTHON."
}

function Assert-Done($Sentence) { if ($LASTEXITCODE -ne 0) { throw $Sentence } }

$stamp = ".venv\laixi-setup"
$python = ".venv\Scripts\python.exe"
$files = "requirements\lock.txt", "pyproject.toml"
$wanted = (($files | ForEach-Object { (Get-FileHash $_ -Algorithm SHA256).Hash }) -join " ") + " " + $PSScriptRoot
if (-not ((Test-Path $stamp) -and (Test-Path $python) -and ((Get-Content $stamp -Raw) -eq $wanted))) {
    $found = Find-Python
    $program = $found[0]
    $rest = @($found | Select-Object -Skip 1)
    Write-Host "Setting up .venv (once; a few minutes on a slow line) ..."
    & $program @rest -m venv --clear .venv
    Assert-Done "The virtual environment could not be made in .venv."
    & $python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements\lock.txt
    Assert-Done "The dependencies could not be installed: is a package registry reachable?"
    & $python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
    Assert-Done "The program could not be installed into .venv."
    & $python -m laixi_transport.ui.map.raster.compile
    & $python -m laixi_transport.analytics.kernels
    Set-Content -Path $stamp -Value $wanted -NoNewline
}
if ($args.Count -gt 0 -and $args[0] -eq "--setup") { exit 0 }
if ($args.Count -gt 0) { & $python -m laixi_transport @args } else { & $python -m laixi_transport demo }
exit $LASTEXITCODE
