# fish completion for aws. As a file:
#   aws cks completion fish > ~/.config/fish/completions/aws.fish

function __aws_complete
    set -l before (commandline -opc)
    set -l program $before[1]
    type -q -- $program; or set program aws
    command $program cks complete fish (count $before) $before (commandline -ct) 2>/dev/null
end

complete -c aws -e
complete -c aws -f -k -a '(__aws_complete)'
