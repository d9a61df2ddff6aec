#compdef aws
# zsh completion for aws. As a file _aws in a folder of $fpath, or in ~/.zshrc behind compinit:
#   source <(aws cks completion zsh)

_aws() {
    local program=${~${(Q)words[1]}} line open value about
    local -a finished unfinished parts
    (( $+commands[$program] )) || [[ -x $program ]] || program=aws
    while IFS= read -r line; do
        parts=("${(@ps:\t:)line}")
        open=$parts[1] value=$parts[2] about=$parts[3]
        # A home directory that is quoted is none.
        [[ $PREFIX == '~'* ]] && value='~'${(q)value#'~'}
        value=${value//\\/\\\\} value=${value//:/\\:}
        [[ -n $about ]] && value+=:$about
        if [[ -n $open ]]; then unfinished+=("$value"); else finished+=("$value"); fi
    done < <(command $program cks complete zsh $((CURRENT - 1)) \
        "${(@Q)words[1,CURRENT-1]}" "${(Q)PREFIX}" "${(@Q)words[CURRENT+1,-1]}" 2>/dev/null)
    local -a quoted
    [[ $PREFIX == '~'* ]] && quoted=(-Q)
    local ret=1
    (( $#finished )) && _describe -V -t values 'aws' finished $quoted && ret=0
    (( $#unfinished )) && _describe -V -t values 'aws' unfinished $quoted -S '' && ret=0
    return ret
}

if [[ $funcstack[1] == _aws ]]; then
    _aws "$@"
else
    compdef _aws aws
fi
