# bash completion for aws. In ~/.bashrc:
#   eval "$(aws cks completion bash)"

_aws_complete() {
    local program=${1/#\~\//"$HOME"/} reply line
    type -P -- "$program" >/dev/null || program=aws
    reply=$(COMP_LINE=$COMP_LINE COMP_POINT=$COMP_POINT COMP_TYPE=$COMP_TYPE COLUMNS=${COLUMNS:-80} \
        command "$program" cks complete bash "$2" 2>/dev/null) || return
    COMPREPLY=()
    {
        read -r line
        [[ $line == nospace ]] && compopt -o nospace 2>/dev/null
        while IFS= read -r line; do
            [[ -n $line ]] && COMPREPLY+=("$line")
        done
    } <<<"$reply"
}

complete -o nosort -F _aws_complete aws 2>/dev/null || complete -F _aws_complete aws
