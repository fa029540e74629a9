#compdef postern

autoload -U is-at-least

_postern() {
    typeset -A opt_args
    typeset -a _arguments_options
    local ret=1

    if is-at-least 5.2; then
        _arguments_options=(-s -S -C)
    else
        _arguments_options=(-s -C)
    fi

    local context curcontext="$curcontext" state line
    _arguments "${_arguments_options[@]}" : \
'--json[Print one JSON document on standard output; \`postern schema\` prints its schema]' \
'*-v[Log what happens on standard error; twice for more. \`POSTERN_LOG\` sets levels by module]' \
'*--verbose[Log what happens on standard error; twice for more. \`POSTERN_LOG\` sets levels by module]' \
'-h[Print help]' \
'--help[Print help]' \
'-V[Print version]' \
'--version[Print version]' \
":: :_postern_commands" \
"*::: :->postern" \
&& ret=0
    case $state in
    (postern)
        words=($line[1] "${words[@]}")
        (( CURRENT += 1 ))
        curcontext="${curcontext%:*:*}:postern-command-$line[1]:"
        case $line[1] in
            (config)
_arguments "${_arguments_options[@]}" : \
'--json[Print one JSON document on standard output; \`postern schema\` prints its schema]' \
'*-v[Log what happens on standard error; twice for more. \`POSTERN_LOG\` sets levels by module]' \
'*--verbose[Log what happens on standard error; twice for more. \`POSTERN_LOG\` sets levels by module]' \
'-h[Print help]' \
'--help[Print help]' \
":: :_postern__subcmd__config_commands" \
"*::: :->config" \
&& ret=0

    case $state in
    (config)
        words=($line[1] "${words[@]}")
        (( CURRENT += 1 ))
        curcontext="${curcontext%:*:*}:postern-config-command-$line[1]:"
        case $line[1] in
            (import)
_arguments "${_arguments_options[@]}" : \
'-y[Import without asking, once the difference is printed]' \
'--yes[Import without asking, once the difference is printed]' \
'(-y --yes)--dry-run[Print the difference and import nothing]' \
'--json[Print one JSON document on standard output; \`postern schema\` prints its schema]' \
'*-v[Log what happens on standard error; twice for more. \`POSTERN_LOG\` sets levels by module]' \
'*--verbose[Log what happens on standard error; twice for more. \`POSTERN_LOG\` sets levels by module]' \
'-h[Print help]' \
'--help[Print help]' \
':file -- A configuration, *.toml, or a bundle, *.postern-bundle:_files' \
&& ret=0
;;
(undo)
_arguments "${_arguments_options[@]}" : \
'--json[Print one JSON document on standard output; \`postern schema\` prints its schema]' \
'*-v[Log what happens on standard error; twice for more. \`POSTERN_LOG\` sets levels by module]' \
'*--verbose[Log what happens on standard error; twice for more. \`POSTERN_LOG\` sets levels by module]' \
'-h[Print help]' \
'--help[Print help]' \
&& ret=0
;;
(check)
_arguments "${_arguments_options[@]}" : \
'--policy[Read the files as policies]' \
'--json[Print one JSON document on standard output; \`postern schema\` prints its schema]' \
'*-v[Log what happens on standard error; twice for more. \`POSTERN_LOG\` sets levels by module]' \
'*--verbose[Log what happens on standard error; twice for more. \`POSTERN_LOG\` sets levels by module]' \
'-h[Print help]' \
'--help[Print help]' \
'*::files -- The files; one in a folder of the name policy.d is read as a policy:_files' \
&& ret=0
;;
(explain)
_arguments "${_arguments_options[@]}" : \
'--json[Print one JSON document on standard output; \`postern schema\` prints its schema]' \
'*-v[Log what happens on standard error; twice for more. \`POSTERN_LOG\` sets levels by module]' \
'*--verbose[Log what happens on standard error; twice for more. \`POSTERN_LOG\` sets levels by module]' \
'-h[Print help]' \
'--help[Print help]' \
':key -- Such as defaults.theme, backends.NAME, backends.NAME.url, policy.signers:_default' \
&& ret=0
;;
(show)
_arguments "${_arguments_options[@]}" : \
'--effective[Every value that counts, with its source; otherwise the user'\''s file alone]' \
'--json[Print one JSON document on standard output; \`postern schema\` prints its schema]' \
'*-v[Log what happens on standard error; twice for more. \`POSTERN_LOG\` sets levels by module]' \
'*--verbose[Log what happens on standard error; twice for more. \`POSTERN_LOG\` sets levels by module]' \
'-h[Print help]' \
'--help[Print help]' \
&& ret=0
;;
(schema)
_arguments "${_arguments_options[@]}" : \
'--json[Print one JSON document on standard output; \`postern schema\` prints its schema]' \
'*-v[Log what happens on standard error; twice for more. \`POSTERN_LOG\` sets levels by module]' \
'*--verbose[Log what happens on standard error; twice for more. \`POSTERN_LOG\` sets levels by module]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'::form -- Which form:((config\:"The JSON Schema of config.toml"
policy\:"The JSON Schema of a policy file"
page\:"The reference page"
admx\:"The administrative template of Windows"
adml\:"Its words"
mobileconfig\:"A sample profile for macOS"))' \
&& ret=0
;;
(set)
_arguments "${_arguments_options[@]}" : \
'--json[Print one JSON document on standard output; \`postern schema\` prints its schema]' \
'*-v[Log what happens on standard error; twice for more. \`POSTERN_LOG\` sets levels by module]' \
'*--verbose[Log what happens on standard error; twice for more. \`POSTERN_LOG\` sets levels by module]' \
'-h[Print help]' \
'--help[Print help]' \
':key -- Such as defaults.theme:_default' \
':value -- The new value; a list is joined by commas:_default' \
&& ret=0
;;
(unset)
_arguments "${_arguments_options[@]}" : \
'--json[Print one JSON document on standard output; \`postern schema\` prints its schema]' \
'*-v[Log what happens on standard error; twice for more. \`POSTERN_LOG\` sets levels by module]' \
'*--verbose[Log what happens on standard error; twice for more. \`POSTERN_LOG\` sets levels by module]' \
'-h[Print help]' \
'--help[Print help]' \
':key -- Such as defaults.theme:_default' \
&& ret=0
;;
        esac
    ;;
esac
;;
(policy)
_arguments "${_arguments_options[@]}" : \
'--json[Print one JSON document on standard output; \`postern schema\` prints its schema]' \
'*-v[Log what happens on standard error; twice for more. \`POSTERN_LOG\` sets levels by module]' \
'*--verbose[Log what happens on standard error; twice for more. \`POSTERN_LOG\` sets levels by module]' \
'-h[Print help]' \
'--help[Print help]' \
":: :_postern__subcmd__policy_commands" \
"*::: :->policy" \
&& ret=0

    case $state in
    (policy)
        words=($line[1] "${words[@]}")
        (( CURRENT += 1 ))
        curcontext="${curcontext%:*:*}:postern-policy-command-$line[1]:"
        case $line[1] in
            (show)
_arguments "${_arguments_options[@]}" : \
'--json[Print one JSON document on standard output; \`postern schema\` prints its schema]' \
'*-v[Log what happens on standard error; twice for more. \`POSTERN_LOG\` sets levels by module]' \
'*--verbose[Log what happens on standard error; twice for more. \`POSTERN_LOG\` sets levels by module]' \
'-h[Print help]' \
'--help[Print help]' \
&& ret=0
;;
        esac
    ;;
esac
;;
(bundle)
_arguments "${_arguments_options[@]}" : \
'--json[Print one JSON document on standard output; \`postern schema\` prints its schema]' \
'*-v[Log what happens on standard error; twice for more. \`POSTERN_LOG\` sets levels by module]' \
'*--verbose[Log what happens on standard error; twice for more. \`POSTERN_LOG\` sets levels by module]' \
'-h[Print help]' \
'--help[Print help]' \
":: :_postern__subcmd__bundle_commands" \
"*::: :->bundle" \
&& ret=0

    case $state in
    (bundle)
        words=($line[1] "${words[@]}")
        (( CURRENT += 1 ))
        curcontext="${curcontext%:*:*}:postern-bundle-command-$line[1]:"
        case $line[1] in
            (make)
_arguments "${_arguments_options[@]}" : \
'-o+[The bundle to be written, usually NAME.postern-bundle]:FILE:_files' \
'--output=[The bundle to be written, usually NAME.postern-bundle]:FILE:_files' \
'--config=[The configuration; relative paths of certificates begin at its folder]:FILE:_files' \
'*--plan=[Prepared changes; the signatures beside them go along]:FILE:_files' \
'--serial=[Its number, higher than that of every bundle the same key signed before \[default\: seconds since 1970\]]:N:_default' \
'--name=[What it is called \[default\: the file'\''s name\]]:NAME:_default' \
'--made-at=[When it is made, for a bundle that comes out the same again \[default\: now\]]:RFC 3339:_default' \
'--force[Overwrite a file that exists; an input is never overwritten]' \
'--json[Print one JSON document on standard output; \`postern schema\` prints its schema]' \
'*-v[Log what happens on standard error; twice for more. \`POSTERN_LOG\` sets levels by module]' \
'*--verbose[Log what happens on standard error; twice for more. \`POSTERN_LOG\` sets levels by module]' \
'-h[Print help]' \
'--help[Print help]' \
&& ret=0
;;
(sign)
_arguments "${_arguments_options[@]}" : \
'--key=[The minisign secret key file; with --signature the public key that the signature is checked with\: its file, or the line that begins with RW \[default then\: the signers that the policy names\]]:KEY:_files' \
'--password-fd=[Read the key'\''s password from this file descriptor, up to the end of its first line]:N:_default' \
'(--password-fd)--signature=[A signature of the bundle'\''s contents.tar, made elsewhere by \`minisign -Sm contents.tar\`; attached if it fits]:FILE.minisig:_files' \
'--force[Replace a signature of another key]' \
'--json[Print one JSON document on standard output; \`postern schema\` prints its schema]' \
'*-v[Log what happens on standard error; twice for more. \`POSTERN_LOG\` sets levels by module]' \
'*--verbose[Log what happens on standard error; twice for more. \`POSTERN_LOG\` sets levels by module]' \
'-h[Print help]' \
'--help[Print help]' \
':file -- The bundle:_files' \
&& ret=0
;;
(verify)
_arguments "${_arguments_options[@]}" : \
'--key=[The public key\: its file, or the line that begins with RW \[default\: the signers that the policy names\]]:PUB:_default' \
'--json[Print one JSON document on standard output; \`postern schema\` prints its schema]' \
'*-v[Log what happens on standard error; twice for more. \`POSTERN_LOG\` sets levels by module]' \
'*--verbose[Log what happens on standard error; twice for more. \`POSTERN_LOG\` sets levels by module]' \
'-h[Print help]' \
'--help[Print help]' \
':file -- The bundle:_files' \
&& ret=0
;;
(key)
_arguments "${_arguments_options[@]}" : \
'-o+[The secret key'\''s file, for you alone; the public key goes to FILE.pub. Neither may be there]:FILE:_files' \
'--output=[The secret key'\''s file, for you alone; the public key goes to FILE.pub. Neither may be there]:FILE:_files' \
'--password-fd=[Read the key'\''s password from this file descriptor, up to the end of its first line]:N:_default' \
'(--password-fd)--no-password[Make a key without a password\: everybody who reads the file can sign with it]' \
'--json[Print one JSON document on standard output; \`postern schema\` prints its schema]' \
'*-v[Log what happens on standard error; twice for more. \`POSTERN_LOG\` sets levels by module]' \
'*--verbose[Log what happens on standard error; twice for more. \`POSTERN_LOG\` sets levels by module]' \
'-h[Print help]' \
'--help[Print help]' \
&& ret=0
;;
        esac
    ;;
esac
;;
(plan)
_arguments "${_arguments_options[@]}" : \
'--json[Print one JSON document on standard output; \`postern schema\` prints its schema]' \
'*-v[Log what happens on standard error; twice for more. \`POSTERN_LOG\` sets levels by module]' \
'*--verbose[Log what happens on standard error; twice for more. \`POSTERN_LOG\` sets levels by module]' \
'-h[Print help]' \
'--help[Print help]' \
":: :_postern__subcmd__plan_commands" \
"*::: :->plan" \
&& ret=0

    case $state in
    (plan)
        words=($line[1] "${words[@]}")
        (( CURRENT += 1 ))
        curcontext="${curcontext%:*:*}:postern-plan-command-$line[1]:"
        case $line[1] in
            (new)
_arguments "${_arguments_options[@]}" : \
'--account=[With which address the account signs in]:EMAIL:_default' \
'--author=[Who prepares it]:AUTHOR:_default' \
'--reason=[What for]:REASON:_default' \
'--not-before=[Not to be applied before, such as 2026-12-01T22\:00\:00Z]:TIME:_default' \
'--expires-at=[Not to be applied after]:TIME:_default' \
'--name=[The new name]:NAME:_default' \
'--task=[The new task; an empty text removes it]:TASK:_default' \
'--email=[The new email address]:EMAIL:_default' \
'--mobile-phone=[The new mobile phone]:MOBILE_PHONE:_default' \
'--two-factor=[Two-factor authentication]:TWO_FACTOR:((email\:"By email"
text-message\:"By text message"
disabled\:"Not at all"))' \
'*--add-key=[Make a key of this label; may be given more than once]:LABEL:_default' \
'*--delete-key=[Delete the key of this label; may be given more than once]:LABEL:_default' \
'--answers-fd=[With --refresh\: read answers from this file descriptor instead of a prompt; \`postern plan apply --help\` has the grammar]:N:_default' \
'--backend=[The account backend, such as <https\://accounts.harbor.example>, or \`embedded\`; without it the one that is configured]:URL:_default' \
'--cancel[Cancel the subscription, last of all]' \
'--refresh[Sign in and read the account, so that no step is asked about when the plan is applied]' \
'--force[Overwrite a file that exists; an input is never overwritten]' \
'--json[Print one JSON document on standard output; \`postern schema\` prints its schema]' \
'*-v[Log what happens on standard error; twice for more. \`POSTERN_LOG\` sets levels by module]' \
'*--verbose[Log what happens on standard error; twice for more. \`POSTERN_LOG\` sets levels by module]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
':file -- The file to write, NAME.postern-plan:_files' \
&& ret=0
;;
(check)
_arguments "${_arguments_options[@]}" : \
'--json[Print one JSON document on standard output; \`postern schema\` prints its schema]' \
'*-v[Log what happens on standard error; twice for more. \`POSTERN_LOG\` sets levels by module]' \
'*--verbose[Log what happens on standard error; twice for more. \`POSTERN_LOG\` sets levels by module]' \
'-h[Print help]' \
'--help[Print help]' \
'*::plans -- Plans, or folders with plans:_files' \
&& ret=0
;;
(diff)
_arguments "${_arguments_options[@]}" : \
'--answers-fd=[Read answers from this file descriptor instead of a prompt; \`postern plan apply --help\` has the grammar]:N:_default' \
'--backend=[The account backend, such as <https\://accounts.harbor.example>, or \`embedded\`; without it the one that is configured]:URL:_default' \
'--detailed-exitcode[End with 2 where the plans would change something, as terraform does; with 0 where they would not]' \
'--json[Print one JSON document on standard output; \`postern schema\` prints its schema]' \
'*-v[Log what happens on standard error; twice for more. \`POSTERN_LOG\` sets levels by module]' \
'*--verbose[Log what happens on standard error; twice for more. \`POSTERN_LOG\` sets levels by module]' \
'-h[Print help]' \
'--help[Print help]' \
'*::plans -- Plans, or folders with plans:_files' \
&& ret=0
;;
(apply)
_arguments "${_arguments_options[@]}" : \
'--answers-fd=[Read answers from this file descriptor instead of a prompt]:N:_default' \
'--backend=[The account backend, such as <https\://accounts.harbor.example>, or \`embedded\`; without it the one that is configured]:URL:_default' \
'--json[Print one JSON document on standard output; \`postern schema\` prints its schema]' \
'*-v[Log what happens on standard error; twice for more. \`POSTERN_LOG\` sets levels by module]' \
'*--verbose[Log what happens on standard error; twice for more. \`POSTERN_LOG\` sets levels by module]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'*::plans -- Plans, or folders with plans:_files' \
&& ret=0
;;
(status)
_arguments "${_arguments_options[@]}" : \
'--export=[Print the receipt of this number alone, as it is kept]:NUMBER:_default' \
'--json[Print one JSON document on standard output; \`postern schema\` prints its schema]' \
'*-v[Log what happens on standard error; twice for more. \`POSTERN_LOG\` sets levels by module]' \
'*--verbose[Log what happens on standard error; twice for more. \`POSTERN_LOG\` sets levels by module]' \
'-h[Print help]' \
'--help[Print help]' \
&& ret=0
;;
(refresh)
_arguments "${_arguments_options[@]}" : \
'--answers-fd=[Read answers from this file descriptor instead of a prompt; \`postern plan apply --help\` has the grammar]:N:_default' \
'--backend=[The account backend, such as <https\://accounts.harbor.example>, or \`embedded\`; without it the one that is configured]:URL:_default' \
'--json[Print one JSON document on standard output; \`postern schema\` prints its schema]' \
'*-v[Log what happens on standard error; twice for more. \`POSTERN_LOG\` sets levels by module]' \
'*--verbose[Log what happens on standard error; twice for more. \`POSTERN_LOG\` sets levels by module]' \
'-h[Print help]' \
'--help[Print help]' \
'*::plans -- Plans, or folders with plans; each is written in place:_files' \
&& ret=0
;;
(put-away)
_arguments "${_arguments_options[@]}" : \
'--json[Print one JSON document on standard output; \`postern schema\` prints its schema]' \
'*-v[Log what happens on standard error; twice for more. \`POSTERN_LOG\` sets levels by module]' \
'*--verbose[Log what happens on standard error; twice for more. \`POSTERN_LOG\` sets levels by module]' \
'-h[Print help]' \
'--help[Print help]' \
'*::plans -- Plans that came with an import, or were begun; by their paths or, as `plan status` lists them, by their names:_files' \
&& ret=0
;;
(countersign)
_arguments "${_arguments_options[@]}" : \
'--key=[Your minisign secret key]:FILE:_files' \
'--password-fd=[Read the key'\''s password from this file descriptor, up to the end of its first line]:N:_default' \
'--yes[Do not ask before signing with a key that has no password]' \
'--json[Print one JSON document on standard output; \`postern schema\` prints its schema]' \
'*-v[Log what happens on standard error; twice for more. \`POSTERN_LOG\` sets levels by module]' \
'*--verbose[Log what happens on standard error; twice for more. \`POSTERN_LOG\` sets levels by module]' \
'-h[Print help]' \
'--help[Print help]' \
':plan -- The plan:_files' \
&& ret=0
;;
(schema)
_arguments "${_arguments_options[@]}" : \
'--json[Print one JSON document on standard output; \`postern schema\` prints its schema]' \
'*-v[Log what happens on standard error; twice for more. \`POSTERN_LOG\` sets levels by module]' \
'*--verbose[Log what happens on standard error; twice for more. \`POSTERN_LOG\` sets levels by module]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'::form -- Which form:((json\:"The JSON Schema"
page\:"The reference page"))' \
&& ret=0
;;
        esac
    ;;
esac
;;
(receipt)
_arguments "${_arguments_options[@]}" : \
'--json[Print one JSON document on standard output; \`postern schema\` prints its schema]' \
'*-v[Log what happens on standard error; twice for more. \`POSTERN_LOG\` sets levels by module]' \
'*--verbose[Log what happens on standard error; twice for more. \`POSTERN_LOG\` sets levels by module]' \
'-h[Print help]' \
'--help[Print help]' \
":: :_postern__subcmd__receipt_commands" \
"*::: :->receipt" \
&& ret=0

    case $state in
    (receipt)
        words=($line[1] "${words[@]}")
        (( CURRENT += 1 ))
        curcontext="${curcontext%:*:*}:postern-receipt-command-$line[1]:"
        case $line[1] in
            (verify)
_arguments "${_arguments_options[@]}" : \
'--json[Print one JSON document on standard output; \`postern schema\` prints its schema]' \
'*-v[Log what happens on standard error; twice for more. \`POSTERN_LOG\` sets levels by module]' \
'*--verbose[Log what happens on standard error; twice for more. \`POSTERN_LOG\` sets levels by module]' \
'-h[Print help]' \
'--help[Print help]' \
'*::files -- Exported receipts; without one, the receipts of this computer:_files' \
&& ret=0
;;
        esac
    ;;
esac
;;
(completions)
_arguments "${_arguments_options[@]}" : \
'--json[Print one JSON document on standard output; \`postern schema\` prints its schema]' \
'*-v[Log what happens on standard error; twice for more. \`POSTERN_LOG\` sets levels by module]' \
'*--verbose[Log what happens on standard error; twice for more. \`POSTERN_LOG\` sets levels by module]' \
'-h[Print help]' \
'--help[Print help]' \
':shell -- The shell:(bash elvish fish powershell zsh)' \
&& ret=0
;;
(man)
_arguments "${_arguments_options[@]}" : \
'--force[Overwrite a file that exists; an input is never overwritten]' \
'--json[Print one JSON document on standard output; \`postern schema\` prints its schema]' \
'*-v[Log what happens on standard error; twice for more. \`POSTERN_LOG\` sets levels by module]' \
'*--verbose[Log what happens on standard error; twice for more. \`POSTERN_LOG\` sets levels by module]' \
'-h[Print help]' \
'--help[Print help]' \
'::folder -- Where one page per command is written; without it the first page is printed:_files' \
&& ret=0
;;
(schema)
_arguments "${_arguments_options[@]}" : \
'--json[Print one JSON document on standard output; \`postern schema\` prints its schema]' \
'*-v[Log what happens on standard error; twice for more. \`POSTERN_LOG\` sets levels by module]' \
'*--verbose[Log what happens on standard error; twice for more. \`POSTERN_LOG\` sets levels by module]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'::form -- Which form:((json\:"The JSON Schema of what --json prints"
page\:"The reference page\: exit codes, the envelope, files that are written, logs"))' \
&& ret=0
;;
        esac
    ;;
esac
}

(( $+functions[_postern_commands] )) ||
_postern_commands() {
    local commands; commands=(
'config:What Postern is configured to\: check, explain, show, import' \
'policy:What policies fix and recommend' \
'bundle:Signed bundles of configuration, certificates and prepared changes' \
'plan:Account changes prepared without a network' \
'receipt:Receipts of plans that were applied' \
'completions:Print completions for a shell' \
'man:Print the manual page, or write one per command into a folder' \
'schema:Print what is published about the output\: the JSON Schema, or the reference page' \
    )
    _describe -t commands 'postern commands' commands "$@"
}
(( $+functions[_postern__subcmd__bundle_commands] )) ||
_postern__subcmd__bundle_commands() {
    local commands; commands=(
'make:Pack a configuration, the certificates it names and prepared changes into one file' \
'sign:Sign a bundle with a minisign secret key, in place' \
'verify:Check that a bundle is whole and who signed it' \
'key:Make a minisign key pair\: FILE and FILE.pub' \
    )
    _describe -t commands 'postern bundle commands' commands "$@"
}
(( $+functions[_postern__subcmd__bundle__subcmd__key_commands] )) ||
_postern__subcmd__bundle__subcmd__key_commands() {
    local commands; commands=()
    _describe -t commands 'postern bundle key commands' commands "$@"
}
(( $+functions[_postern__subcmd__bundle__subcmd__make_commands] )) ||
_postern__subcmd__bundle__subcmd__make_commands() {
    local commands; commands=()
    _describe -t commands 'postern bundle make commands' commands "$@"
}
(( $+functions[_postern__subcmd__bundle__subcmd__sign_commands] )) ||
_postern__subcmd__bundle__subcmd__sign_commands() {
    local commands; commands=()
    _describe -t commands 'postern bundle sign commands' commands "$@"
}
(( $+functions[_postern__subcmd__bundle__subcmd__verify_commands] )) ||
_postern__subcmd__bundle__subcmd__verify_commands() {
    local commands; commands=()
    _describe -t commands 'postern bundle verify commands' commands "$@"
}
(( $+functions[_postern__subcmd__completions_commands] )) ||
_postern__subcmd__completions_commands() {
    local commands; commands=()
    _describe -t commands 'postern completions commands' commands "$@"
}
(( $+functions[_postern__subcmd__config_commands] )) ||
_postern__subcmd__config_commands() {
    local commands; commands=(
'import:Import a configuration or a bundle\: prints the difference, then asks' \
'undo:Put back what stood before the last import, once' \
'check:Say everything that is wrong with files, or with those that count here where none is named' \
'explain:Say why a value counts\: where it comes from, and what lost against it' \
'show:Print the configuration' \
'schema:Print what is published about the files' \
'set:Change one setting in the user'\''s file' \
'unset:Remove one setting from the user'\''s file' \
    )
    _describe -t commands 'postern config commands' commands "$@"
}
(( $+functions[_postern__subcmd__config__subcmd__check_commands] )) ||
_postern__subcmd__config__subcmd__check_commands() {
    local commands; commands=()
    _describe -t commands 'postern config check commands' commands "$@"
}
(( $+functions[_postern__subcmd__config__subcmd__explain_commands] )) ||
_postern__subcmd__config__subcmd__explain_commands() {
    local commands; commands=()
    _describe -t commands 'postern config explain commands' commands "$@"
}
(( $+functions[_postern__subcmd__config__subcmd__import_commands] )) ||
_postern__subcmd__config__subcmd__import_commands() {
    local commands; commands=()
    _describe -t commands 'postern config import commands' commands "$@"
}
(( $+functions[_postern__subcmd__config__subcmd__schema_commands] )) ||
_postern__subcmd__config__subcmd__schema_commands() {
    local commands; commands=()
    _describe -t commands 'postern config schema commands' commands "$@"
}
(( $+functions[_postern__subcmd__config__subcmd__set_commands] )) ||
_postern__subcmd__config__subcmd__set_commands() {
    local commands; commands=()
    _describe -t commands 'postern config set commands' commands "$@"
}
(( $+functions[_postern__subcmd__config__subcmd__show_commands] )) ||
_postern__subcmd__config__subcmd__show_commands() {
    local commands; commands=()
    _describe -t commands 'postern config show commands' commands "$@"
}
(( $+functions[_postern__subcmd__config__subcmd__undo_commands] )) ||
_postern__subcmd__config__subcmd__undo_commands() {
    local commands; commands=()
    _describe -t commands 'postern config undo commands' commands "$@"
}
(( $+functions[_postern__subcmd__config__subcmd__unset_commands] )) ||
_postern__subcmd__config__subcmd__unset_commands() {
    local commands; commands=()
    _describe -t commands 'postern config unset commands' commands "$@"
}
(( $+functions[_postern__subcmd__man_commands] )) ||
_postern__subcmd__man_commands() {
    local commands; commands=()
    _describe -t commands 'postern man commands' commands "$@"
}
(( $+functions[_postern__subcmd__plan_commands] )) ||
_postern__subcmd__plan_commands() {
    local commands; commands=(
'new:Prepare a plan; nothing is changed and no network is needed' \
'check:Say everything that is wrong with plans; no network is needed' \
'diff:Sign in and show how each step of a plan stands; nothing is changed' \
'apply:Apply plans, asking for numbers as they are needed; goes on where an earlier run stopped' \
'status:What was begun and waits, and what was applied' \
'refresh:Sign in and read again what the account is, so that the steps of plans are not asked about' \
'put-away:Take a plan that is not to be applied off the list of what waits' \
'countersign:Sign a plan as the second administrator' \
'schema:Print what is published about a plan'\''s file' \
    )
    _describe -t commands 'postern plan commands' commands "$@"
}
(( $+functions[_postern__subcmd__plan__subcmd__apply_commands] )) ||
_postern__subcmd__plan__subcmd__apply_commands() {
    local commands; commands=()
    _describe -t commands 'postern plan apply commands' commands "$@"
}
(( $+functions[_postern__subcmd__plan__subcmd__check_commands] )) ||
_postern__subcmd__plan__subcmd__check_commands() {
    local commands; commands=()
    _describe -t commands 'postern plan check commands' commands "$@"
}
(( $+functions[_postern__subcmd__plan__subcmd__countersign_commands] )) ||
_postern__subcmd__plan__subcmd__countersign_commands() {
    local commands; commands=()
    _describe -t commands 'postern plan countersign commands' commands "$@"
}
(( $+functions[_postern__subcmd__plan__subcmd__diff_commands] )) ||
_postern__subcmd__plan__subcmd__diff_commands() {
    local commands; commands=()
    _describe -t commands 'postern plan diff commands' commands "$@"
}
(( $+functions[_postern__subcmd__plan__subcmd__new_commands] )) ||
_postern__subcmd__plan__subcmd__new_commands() {
    local commands; commands=()
    _describe -t commands 'postern plan new commands' commands "$@"
}
(( $+functions[_postern__subcmd__plan__subcmd__put-away_commands] )) ||
_postern__subcmd__plan__subcmd__put-away_commands() {
    local commands; commands=()
    _describe -t commands 'postern plan put-away commands' commands "$@"
}
(( $+functions[_postern__subcmd__plan__subcmd__refresh_commands] )) ||
_postern__subcmd__plan__subcmd__refresh_commands() {
    local commands; commands=()
    _describe -t commands 'postern plan refresh commands' commands "$@"
}
(( $+functions[_postern__subcmd__plan__subcmd__schema_commands] )) ||
_postern__subcmd__plan__subcmd__schema_commands() {
    local commands; commands=()
    _describe -t commands 'postern plan schema commands' commands "$@"
}
(( $+functions[_postern__subcmd__plan__subcmd__status_commands] )) ||
_postern__subcmd__plan__subcmd__status_commands() {
    local commands; commands=()
    _describe -t commands 'postern plan status commands' commands "$@"
}
(( $+functions[_postern__subcmd__policy_commands] )) ||
_postern__subcmd__policy_commands() {
    local commands; commands=(
'show:Print everything that policies set\: where, how much it binds and whether it takes effect' \
    )
    _describe -t commands 'postern policy commands' commands "$@"
}
(( $+functions[_postern__subcmd__policy__subcmd__show_commands] )) ||
_postern__subcmd__policy__subcmd__show_commands() {
    local commands; commands=()
    _describe -t commands 'postern policy show commands' commands "$@"
}
(( $+functions[_postern__subcmd__receipt_commands] )) ||
_postern__subcmd__receipt_commands() {
    local commands; commands=(
'verify:Verify the receipts of this computer, or exported ones\: their hashes, their order, and that none is missing' \
    )
    _describe -t commands 'postern receipt commands' commands "$@"
}
(( $+functions[_postern__subcmd__receipt__subcmd__verify_commands] )) ||
_postern__subcmd__receipt__subcmd__verify_commands() {
    local commands; commands=()
    _describe -t commands 'postern receipt verify commands' commands "$@"
}
(( $+functions[_postern__subcmd__schema_commands] )) ||
_postern__subcmd__schema_commands() {
    local commands; commands=()
    _describe -t commands 'postern schema commands' commands "$@"
}

if [ "$funcstack[1]" = "_postern" ]; then
    _postern "$@"
else
    compdef _postern postern
fi
