# Print an optspec for argparse to handle cmd's options that are independent of any subcommand.
function __fish_postern_global_optspecs
    string join \n json h/help V/version
end

function __fish_postern_needs_command
    # Figure out if the current invocation already has a command.
    set -l cmd (commandline -opc)
    set -e cmd[1]
    argparse -s (__fish_postern_global_optspecs) -- $cmd 2>/dev/null
    or return
    if set -q argv[1]
        # Also print the command, so this can be used to figure out what it is.
        echo $argv[1]
        return 1
    end
    return 0
end

function __fish_postern_using_subcommand
    set -l cmd (__fish_postern_needs_command)
    test -z "$cmd"
    and return 1
    contains -- $cmd[1] $argv
end

complete -c postern -n "__fish_postern_needs_command" -l json -d 'Print the result as JSON on standard output'
complete -c postern -n "__fish_postern_needs_command" -s h -l help -d 'Print help'
complete -c postern -n "__fish_postern_needs_command" -s V -l version -d 'Print version'
complete -c postern -n "__fish_postern_needs_command" -f -a "config" -d 'What Postern is configured to: check, explain, show, import'
complete -c postern -n "__fish_postern_needs_command" -f -a "policy" -d 'What policies fix and recommend'
complete -c postern -n "__fish_postern_needs_command" -f -a "bundle" -d 'Signed bundles of configuration, certificates and prepared changes'
complete -c postern -n "__fish_postern_needs_command" -f -a "plan" -d 'Account changes prepared without a network'
complete -c postern -n "__fish_postern_needs_command" -f -a "completions" -d 'Print completions for a shell'
complete -c postern -n "__fish_postern_needs_command" -f -a "man" -d 'Print the manual page, or write one per command into a folder'
complete -c postern -n "__fish_postern_using_subcommand config; and not __fish_seen_subcommand_from import undo" -l json -d 'Print the result as JSON on standard output'
complete -c postern -n "__fish_postern_using_subcommand config; and not __fish_seen_subcommand_from import undo" -s h -l help -d 'Print help'
complete -c postern -n "__fish_postern_using_subcommand config; and not __fish_seen_subcommand_from import undo" -f -a "import" -d 'Import a configuration or a bundle: prints the difference, then asks'
complete -c postern -n "__fish_postern_using_subcommand config; and not __fish_seen_subcommand_from import undo" -f -a "undo" -d 'Put back what stood before the last import, once'
complete -c postern -n "__fish_postern_using_subcommand config; and __fish_seen_subcommand_from import" -s y -l yes -d 'Import without asking, once the difference is printed'
complete -c postern -n "__fish_postern_using_subcommand config; and __fish_seen_subcommand_from import" -l dry-run -d 'Print the difference and import nothing'
complete -c postern -n "__fish_postern_using_subcommand config; and __fish_seen_subcommand_from import" -l json -d 'Print the result as JSON on standard output'
complete -c postern -n "__fish_postern_using_subcommand config; and __fish_seen_subcommand_from import" -s h -l help -d 'Print help'
complete -c postern -n "__fish_postern_using_subcommand config; and __fish_seen_subcommand_from undo" -l json -d 'Print the result as JSON on standard output'
complete -c postern -n "__fish_postern_using_subcommand config; and __fish_seen_subcommand_from undo" -s h -l help -d 'Print help'
complete -c postern -n "__fish_postern_using_subcommand policy" -l json -d 'Print the result as JSON on standard output'
complete -c postern -n "__fish_postern_using_subcommand policy" -s h -l help -d 'Print help'
complete -c postern -n "__fish_postern_using_subcommand bundle; and not __fish_seen_subcommand_from make sign verify key" -l json -d 'Print the result as JSON on standard output'
complete -c postern -n "__fish_postern_using_subcommand bundle; and not __fish_seen_subcommand_from make sign verify key" -s h -l help -d 'Print help'
complete -c postern -n "__fish_postern_using_subcommand bundle; and not __fish_seen_subcommand_from make sign verify key" -f -a "make" -d 'Pack a configuration, the certificates it names and prepared changes into one file'
complete -c postern -n "__fish_postern_using_subcommand bundle; and not __fish_seen_subcommand_from make sign verify key" -f -a "sign" -d 'Sign a bundle with a minisign secret key, in place'
complete -c postern -n "__fish_postern_using_subcommand bundle; and not __fish_seen_subcommand_from make sign verify key" -f -a "verify" -d 'Check that a bundle is whole and who signed it'
complete -c postern -n "__fish_postern_using_subcommand bundle; and not __fish_seen_subcommand_from make sign verify key" -f -a "key" -d 'Make a minisign key pair: FILE and FILE.pub'
complete -c postern -n "__fish_postern_using_subcommand bundle; and __fish_seen_subcommand_from make" -s o -l output -d 'The bundle to be written, usually NAME.postern-bundle' -r -F
complete -c postern -n "__fish_postern_using_subcommand bundle; and __fish_seen_subcommand_from make" -l config -d 'The configuration; relative paths of certificates begin at its folder' -r -F
complete -c postern -n "__fish_postern_using_subcommand bundle; and __fish_seen_subcommand_from make" -l plan -d 'Prepared changes; a signature FILE.minisig beside one goes along' -r -F
complete -c postern -n "__fish_postern_using_subcommand bundle; and __fish_seen_subcommand_from make" -l serial -d 'Its number, higher than that of every bundle the same key signed before [default: seconds since 1970]' -r
complete -c postern -n "__fish_postern_using_subcommand bundle; and __fish_seen_subcommand_from make" -l name -d 'What it is called [default: the file\'s name]' -r
complete -c postern -n "__fish_postern_using_subcommand bundle; and __fish_seen_subcommand_from make" -l made-at -d 'When it is made, for a bundle that comes out the same again [default: now]' -r
complete -c postern -n "__fish_postern_using_subcommand bundle; and __fish_seen_subcommand_from make" -l json -d 'Print the result as JSON on standard output'
complete -c postern -n "__fish_postern_using_subcommand bundle; and __fish_seen_subcommand_from make" -s h -l help -d 'Print help'
complete -c postern -n "__fish_postern_using_subcommand bundle; and __fish_seen_subcommand_from sign" -l key -d 'The minisign secret key file' -r -F
complete -c postern -n "__fish_postern_using_subcommand bundle; and __fish_seen_subcommand_from sign" -l password-fd -d 'Read the key\'s password from this file descriptor, up to the end of its first line' -r
complete -c postern -n "__fish_postern_using_subcommand bundle; and __fish_seen_subcommand_from sign" -l signature -d 'A signature of the bundle\'s contents.tar, made elsewhere by `minisign -Sm contents.tar`' -r -F
complete -c postern -n "__fish_postern_using_subcommand bundle; and __fish_seen_subcommand_from sign" -l json -d 'Print the result as JSON on standard output'
complete -c postern -n "__fish_postern_using_subcommand bundle; and __fish_seen_subcommand_from sign" -s h -l help -d 'Print help'
complete -c postern -n "__fish_postern_using_subcommand bundle; and __fish_seen_subcommand_from verify" -l key -d 'The public key: its file, or the line that begins with RW [default: the signers that the policy names]' -r
complete -c postern -n "__fish_postern_using_subcommand bundle; and __fish_seen_subcommand_from verify" -l json -d 'Print the result as JSON on standard output'
complete -c postern -n "__fish_postern_using_subcommand bundle; and __fish_seen_subcommand_from verify" -s h -l help -d 'Print help'
complete -c postern -n "__fish_postern_using_subcommand bundle; and __fish_seen_subcommand_from key" -s o -l output -d 'The secret key\'s file, for you alone; the public key goes to FILE.pub. Neither may be there' -r -F
complete -c postern -n "__fish_postern_using_subcommand bundle; and __fish_seen_subcommand_from key" -l password-fd -d 'Read the key\'s password from this file descriptor, up to the end of its first line' -r
complete -c postern -n "__fish_postern_using_subcommand bundle; and __fish_seen_subcommand_from key" -l json -d 'Print the result as JSON on standard output'
complete -c postern -n "__fish_postern_using_subcommand bundle; and __fish_seen_subcommand_from key" -s h -l help -d 'Print help'
complete -c postern -n "__fish_postern_using_subcommand plan" -l json -d 'Print the result as JSON on standard output'
complete -c postern -n "__fish_postern_using_subcommand plan" -s h -l help -d 'Print help'
complete -c postern -n "__fish_postern_using_subcommand completions" -l json -d 'Print the result as JSON on standard output'
complete -c postern -n "__fish_postern_using_subcommand completions" -s h -l help -d 'Print help'
complete -c postern -n "__fish_postern_using_subcommand man" -l json -d 'Print the result as JSON on standard output'
complete -c postern -n "__fish_postern_using_subcommand man" -s h -l help -d 'Print help'
