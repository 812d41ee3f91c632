@echo off
rem Runs the nightjar command: that of a distribution, or of a checkout, which it builds first when there is no build yet or
rem the sources are newer.
setlocal EnableExtensions DisableDelayedExpansion

for %%I in ("%~dp0..") do set "root=%%~fI"
set "options=%root%\samples\command\target\launcher\java.options"
set arguments="@%options%" "@%root%\samples\command\target\launcher\class-path.options"
if exist "%root%\lib\nightjar.jar" (
  set arguments="@%root%\lib\java.options" -cp "%root%\lib\nightjar.jar"
  set "NIGHTJAR_BUILD=never"
)

set "java="
if defined JAVA_HOME if exist "%JAVA_HOME%\bin\java.exe" set "java=%JAVA_HOME%\bin\java.exe"
if not defined java for %%I in (java.exe) do set "java=%%~$PATH:I"
if not defined java (
  echo nightjar needs a JDK 17 or later: install one, or set JAVA_HOME>&2
  exit /b 3
)

rem NIGHTJAR_BUILD=never runs what is there, whatever its age.
if /i "%NIGHTJAR_BUILD%"=="never" goto run
call :is_built && goto run
call :build || exit /b 1

:run
if not defined NIGHTJAR_HOME set "NIGHTJAR_HOME=%root%\.nightjar"
"%java%" %arguments% "-Dnightjar.home=%NIGHTJAR_HOME%" dev.nightjar.command.Nightjar %*
exit /b %ERRORLEVEL%

:is_built
if not exist "%options%" exit /b 1
powershell -NoProfile -Command "Set-Location -LiteralPath $env:root; $built = (Get-Item -LiteralPath $env:options).LastWriteTimeUtc; $sources = @(Get-Item pom.xml, *\pom.xml, *\*\pom.xml) + @(Get-ChildItem *\src\main, *\*\src\main, classifier-*\models -Recurse -File); exit [int][bool]($sources | Where-Object LastWriteTimeUtc -gt $built | Select-Object -First 1)"
exit /b %ERRORLEVEL%

:build
echo Building nightjar, which takes some minutes. The first build downloads its libraries: some 600 MB, kept for later.>&2
set "log=%TEMP%\nightjar-build.log"
pushd "%root%"
call "%root%\mvnw.cmd" --batch-mode -pl samples/command -am package -DskipTests -Dspotless.check.skip=true -Dassembly.skipAssembly=true -Dcheckstyle.skip=true -Dmaven.source.skip=true >"%log%" 2>&1
set "built=%ERRORLEVEL%"
popd
if not "%built%"=="0" (
  powershell -NoProfile -Command "Get-Content -LiteralPath $env:log -Tail 40">&2
  echo The build failed; its whole output is in "%log%">&2
  exit /b 1
)
rem Options that did not change keep their time, and would be older than what was built.
powershell -NoProfile -Command "(Get-Item -LiteralPath $env:options).LastWriteTime = Get-Date"
exit /b 0
