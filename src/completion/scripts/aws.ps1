# PowerShell completion for aws. In $PROFILE:
#   aws cks completion powershell | Out-String | Invoke-Expression

Register-ArgumentCompleter -Native -CommandName aws, aws.exe -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)
    $program = (Get-Command -Name aws -CommandType Application -ErrorAction SilentlyContinue | Select-Object -First 1).Source
    if (-not $program) { return }
    $words = @($commandAst.CommandElements | Where-Object { $_.Extent.EndOffset -lt $cursorPosition } | ForEach-Object {
        if ($_ -is [System.Management.Automation.Language.StringConstantExpressionAst]) { $_.Value } else { $_.Extent.Text }
    })
    $partial = $wordToComplete.Trim('"', "'")
    # Older versions lose an empty argument.
    if ($partial -eq '') { $last = @() } else { $last = @($partial) }
    & $program cks complete powershell $words.Count @words @last 2>$null | ForEach-Object {
        $value, $about = $_ -split "`t", 2
        if (-not $about) { $about = $value }
        # Typographic quotes are quotes, too.
        $text = if ($value -match '[\s''"`$&;(){}|<>@#,\u2018-\u201e]') { "'" + ($value -replace "['\u2018-\u201b]", '$0$0') + "'" } else { $value }
        [System.Management.Automation.CompletionResult]::new($text, $value, 'ParameterValue', $about)
    }
}
