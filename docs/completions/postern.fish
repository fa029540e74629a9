# Print an optspec for argparse to handle cmd's options that are independent of any subcommand.
function __fish_postern_global_optspecs
    string join \n json v/verbose h/help V/version
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

complete -c postern -n "__fish_postern_needs_command" -l json -d 'Print one JSON document on standard output; `postern schema` prints its schema'
complete -c postern -n "__fish_postern_needs_command" -s v -l verbose -d 'Log what happens on standard error; twice for more. `POSTERN_LOG` sets levels by module'
complete -c postern -n "__fish_postern_needs_command" -s h -l help -d 'Print help'
complete -c postern -n "__fish_postern_needs_command" -s V -l version -d 'Print version'
complete -c postern -n "__fish_postern_needs_command" -f -a "config" -d 'What Postern is configured to: check, explain, show, import'
complete -c postern -n "__fish_postern_needs_command" -f -a "policy" -d 'What policies fix and recommend'
complete -c postern -n "__fish_postern_needs_command" -f -a "bundle" -d 'Signed bundles of configuration, certificates and prepared changes'
complete -c postern -n "__fish_postern_needs_command" -f -a "plan" -d 'Account changes prepared without a network'
complete -c postern -n "__fish_postern_needs_command" -f -a "receipt" -d 'Receipts of plans that were applied'
complete -c postern -n "__fish_postern_needs_command" -f -a "completions" -d 'Print completions for a shell'
complete -c postern -n "__fish_postern_needs_command" -f -a "man" -d 'Print the manual page, or write one per command into a folder'
complete -c postern -n "__fish_postern_needs_command" -f -a "schema" -d 'Print what is published about the output: the JSON Schema, or the reference page'
complete -c postern -n "__fish_postern_using_subcommand config; and not __fish_seen_subcommand_from import undo check explain show schema set unset" -l json -d 'Print one JSON document on standard output; `postern schema` prints its schema'
complete -c postern -n "__fish_postern_using_subcommand config; and not __fish_seen_subcommand_from import undo check explain show schema set unset" -s v -l verbose -d 'Log what happens on standard error; twice for more. `POSTERN_LOG` sets levels by module'
complete -c postern -n "__fish_postern_using_subcommand config; and not __fish_seen_subcommand_from import undo check explain show schema set unset" -s h -l help -d 'Print help'
complete -c postern -n "__fish_postern_using_subcommand config; and not __fish_seen_subcommand_from import undo check explain show schema set unset" -f -a "import" -d 'Import a configuration or a bundle: prints the difference, then asks'
complete -c postern -n "__fish_postern_using_subcommand config; and not __fish_seen_subcommand_from import undo check explain show schema set unset" -f -a "undo" -d 'Put back what stood before the last import, once'
complete -c postern -n "__fish_postern_using_subcommand config; and not __fish_seen_subcommand_from import undo check explain show schema set unset" -f -a "check" -d 'Say everything that is wrong with files, or with those that count here where none is named'
complete -c postern -n "__fish_postern_using_subcommand config; and not __fish_seen_subcommand_from import undo check explain show schema set unset" -f -a "explain" -d 'Say why a value counts: where it comes from, and what lost against it'
complete -c postern -n "__fish_postern_using_subcommand config; and not __fish_seen_subcommand_from import undo check explain show schema set unset" -f -a "show" -d 'Print the configuration'
complete -c postern -n "__fish_postern_using_subcommand config; and not __fish_seen_subcommand_from import undo check explain show schema set unset" -f -a "schema" -d 'Print what is published about the files'
complete -c postern -n "__fish_postern_using_subcommand config; and not __fish_seen_subcommand_from import undo check explain show schema set unset" -f -a "set" -d 'Change one setting in the user\'s file'
complete -c postern -n "__fish_postern_using_subcommand config; and not __fish_seen_subcommand_from import undo check explain show schema set unset" -f -a "unset" -d 'Remove one setting from the user\'s file'
complete -c postern -n "__fish_postern_using_subcommand config; and __fish_seen_subcommand_from import" -s y -l yes -d 'Import without asking, once the difference is printed'
complete -c postern -n "__fish_postern_using_subcommand config; and __fish_seen_subcommand_from import" -l dry-run -d 'Print the difference and import nothing'
complete -c postern -n "__fish_postern_using_subcommand config; and __fish_seen_subcommand_from import" -l json -d 'Print one JSON document on standard output; `postern schema` prints its schema'
complete -c postern -n "__fish_postern_using_subcommand config; and __fish_seen_subcommand_from import" -s v -l verbose -d 'Log what happens on standard error; twice for more. `POSTERN_LOG` sets levels by module'
complete -c postern -n "__fish_postern_using_subcommand config; and __fish_seen_subcommand_from import" -s h -l help -d 'Print help'
complete -c postern -n "__fish_postern_using_subcommand config; and __fish_seen_subcommand_from undo" -l json -d 'Print one JSON document on standard output; `postern schema` prints its schema'
complete -c postern -n "__fish_postern_using_subcommand config; and __fish_seen_subcommand_from undo" -s v -l verbose -d 'Log what happens on standard error; twice for more. `POSTERN_LOG` sets levels by module'
complete -c postern -n "__fish_postern_using_subcommand config; and __fish_seen_subcommand_from undo" -s h -l help -d 'Print help'
complete -c postern -n "__fish_postern_using_subcommand config; and __fish_seen_subcommand_from check" -l policy -d 'Read the files as policies'
complete -c postern -n "__fish_postern_using_subcommand config; and __fish_seen_subcommand_from check" -l json -d 'Print one JSON document on standard output; `postern schema` prints its schema'
complete -c postern -n "__fish_postern_using_subcommand config; and __fish_seen_subcommand_from check" -s v -l verbose -d 'Log what happens on standard error; twice for more. `POSTERN_LOG` sets levels by module'
complete -c postern -n "__fish_postern_using_subcommand config; and __fish_seen_subcommand_from check" -s h -l help -d 'Print help'
complete -c postern -n "__fish_postern_using_subcommand config; and __fish_seen_subcommand_from explain" -l json -d 'Print one JSON document on standard output; `postern schema` prints its schema'
complete -c postern -n "__fish_postern_using_subcommand config; and __fish_seen_subcommand_from explain" -s v -l verbose -d 'Log what happens on standard error; twice for more. `POSTERN_LOG` sets levels by module'
complete -c postern -n "__fish_postern_using_subcommand config; and __fish_seen_subcommand_from explain" -s h -l help -d 'Print help'
complete -c postern -n "__fish_postern_using_subcommand config; and __fish_seen_subcommand_from show" -l effective -d 'Every value that counts, with its source; otherwise the user\'s file alone'
complete -c postern -n "__fish_postern_using_subcommand config; and __fish_seen_subcommand_from show" -l json -d 'Print one JSON document on standard output; `postern schema` prints its schema'
complete -c postern -n "__fish_postern_using_subcommand config; and __fish_seen_subcommand_from show" -s v -l verbose -d 'Log what happens on standard error; twice for more. `POSTERN_LOG` sets levels by module'
complete -c postern -n "__fish_postern_using_subcommand config; and __fish_seen_subcommand_from show" -s h -l help -d 'Print help'
complete -c postern -n "__fish_postern_using_subcommand config; and __fish_seen_subcommand_from schema" -l json -d 'Print one JSON document on standard output; `postern schema` prints its schema'
complete -c postern -n "__fish_postern_using_subcommand config; and __fish_seen_subcommand_from schema" -s v -l verbose -d 'Log what happens on standard error; twice for more. `POSTERN_LOG` sets levels by module'
complete -c postern -n "__fish_postern_using_subcommand config; and __fish_seen_subcommand_from schema" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c postern -n "__fish_postern_using_subcommand config; and __fish_seen_subcommand_from set" -l json -d 'Print one JSON document on standard output; `postern schema` prints its schema'
complete -c postern -n "__fish_postern_using_subcommand config; and __fish_seen_subcommand_from set" -s v -l verbose -d 'Log what happens on standard error; twice for more. `POSTERN_LOG` sets levels by module'
complete -c postern -n "__fish_postern_using_subcommand config; and __fish_seen_subcommand_from set" -s h -l help -d 'Print help'
complete -c postern -n "__fish_postern_using_subcommand config; and __fish_seen_subcommand_from unset" -l json -d 'Print one JSON document on standard output; `postern schema` prints its schema'
complete -c postern -n "__fish_postern_using_subcommand config; and __fish_seen_subcommand_from unset" -s v -l verbose -d 'Log what happens on standard error; twice for more. `POSTERN_LOG` sets levels by module'
complete -c postern -n "__fish_postern_using_subcommand config; and __fish_seen_subcommand_from unset" -s h -l help -d 'Print help'
complete -c postern -n "__fish_postern_using_subcommand policy; and not __fish_seen_subcommand_from show" -l json -d 'Print one JSON document on standard output; `postern schema` prints its schema'
complete -c postern -n "__fish_postern_using_subcommand policy; and not __fish_seen_subcommand_from show" -s v -l verbose -d 'Log what happens on standard error; twice for more. `POSTERN_LOG` sets levels by module'
complete -c postern -n "__fish_postern_using_subcommand policy; and not __fish_seen_subcommand_from show" -s h -l help -d 'Print help'
complete -c postern -n "__fish_postern_using_subcommand policy; and not __fish_seen_subcommand_from show" -f -a "show" -d 'Print everything that policies set: where, how much it binds and whether it takes effect'
complete -c postern -n "__fish_postern_using_subcommand policy; and __fish_seen_subcommand_from show" -l json -d 'Print one JSON document on standard output; `postern schema` prints its schema'
complete -c postern -n "__fish_postern_using_subcommand policy; and __fish_seen_subcommand_from show" -s v -l verbose -d 'Log what happens on standard error; twice for more. `POSTERN_LOG` sets levels by module'
complete -c postern -n "__fish_postern_using_subcommand policy; and __fish_seen_subcommand_from show" -s h -l help -d 'Print help'
complete -c postern -n "__fish_postern_using_subcommand bundle; and not __fish_seen_subcommand_from make sign verify key" -l json -d 'Print one JSON document on standard output; `postern schema` prints its schema'
complete -c postern -n "__fish_postern_using_subcommand bundle; and not __fish_seen_subcommand_from make sign verify key" -s v -l verbose -d 'Log what happens on standard error; twice for more. `POSTERN_LOG` sets levels by module'
complete -c postern -n "__fish_postern_using_subcommand bundle; and not __fish_seen_subcommand_from make sign verify key" -s h -l help -d 'Print help'
complete -c postern -n "__fish_postern_using_subcommand bundle; and not __fish_seen_subcommand_from make sign verify key" -f -a "make" -d 'Pack a configuration, the certificates it names and prepared changes into one file'
complete -c postern -n "__fish_postern_using_subcommand bundle; and not __fish_seen_subcommand_from make sign verify key" -f -a "sign" -d 'Sign a bundle with a minisign secret key, in place'
complete -c postern -n "__fish_postern_using_subcommand bundle; and not __fish_seen_subcommand_from make sign verify key" -f -a "verify" -d 'Check that a bundle is whole and who signed it'
complete -c postern -n "__fish_postern_using_subcommand bundle; and not __fish_seen_subcommand_from make sign verify key" -f -a "key" -d 'Make a minisign key pair: FILE and FILE.pub'
complete -c postern -n "__fish_postern_using_subcommand bundle; and __fish_seen_subcommand_from make" -s o -l output -d 'The bundle to be written, usually NAME.postern-bundle' -r -F
complete -c postern -n "__fish_postern_using_subcommand bundle; and __fish_seen_subcommand_from make" -l config -d 'The configuration; relative paths of certificates begin at its folder' -r -F
complete -c postern -n "__fish_postern_using_subcommand bundle; and __fish_seen_subcommand_from make" -l plan -d 'Prepared changes; the signatures beside them go along' -r -F
complete -c postern -n "__fish_postern_using_subcommand bundle; and __fish_seen_subcommand_from make" -l serial -d 'Its number, higher than that of every bundle the same key signed before [default: seconds since 1970]' -r
complete -c postern -n "__fish_postern_using_subcommand bundle; and __fish_seen_subcommand_from make" -l name -d 'What it is called [default: the file\'s name]' -r
complete -c postern -n "__fish_postern_using_subcommand bundle; and __fish_seen_subcommand_from make" -l made-at -d 'When it is made, for a bundle that comes out the same again [default: now]' -r
complete -c postern -n "__fish_postern_using_subcommand bundle; and __fish_seen_subcommand_from make" -l force -d 'Overwrite a file that exists; an input is never overwritten'
complete -c postern -n "__fish_postern_using_subcommand bundle; and __fish_seen_subcommand_from make" -l json -d 'Print one JSON document on standard output; `postern schema` prints its schema'
complete -c postern -n "__fish_postern_using_subcommand bundle; and __fish_seen_subcommand_from make" -s v -l verbose -d 'Log what happens on standard error; twice for more. `POSTERN_LOG` sets levels by module'
complete -c postern -n "__fish_postern_using_subcommand bundle; and __fish_seen_subcommand_from make" -s h -l help -d 'Print help'
complete -c postern -n "__fish_postern_using_subcommand bundle; and __fish_seen_subcommand_from sign" -l key -d 'The minisign secret key file; with --signature the public key that the signature is checked with: its file, or the line that begins with RW [default then: the signers that the policy names]' -r -F
complete -c postern -n "__fish_postern_using_subcommand bundle; and __fish_seen_subcommand_from sign" -l password-fd -d 'Read the key\'s password from this file descriptor, up to the end of its first line' -r
complete -c postern -n "__fish_postern_using_subcommand bundle; and __fish_seen_subcommand_from sign" -l signature -d 'A signature of the bundle\'s contents.tar, made elsewhere by `minisign -Sm contents.tar`; attached if it fits' -r -F
complete -c postern -n "__fish_postern_using_subcommand bundle; and __fish_seen_subcommand_from sign" -l force -d 'Replace a signature of another key'
complete -c postern -n "__fish_postern_using_subcommand bundle; and __fish_seen_subcommand_from sign" -l json -d 'Print one JSON document on standard output; `postern schema` prints its schema'
complete -c postern -n "__fish_postern_using_subcommand bundle; and __fish_seen_subcommand_from sign" -s v -l verbose -d 'Log what happens on standard error; twice for more. `POSTERN_LOG` sets levels by module'
complete -c postern -n "__fish_postern_using_subcommand bundle; and __fish_seen_subcommand_from sign" -s h -l help -d 'Print help'
complete -c postern -n "__fish_postern_using_subcommand bundle; and __fish_seen_subcommand_from verify" -l key -d 'The public key: its file, or the line that begins with RW [default: the signers that the policy names]' -r
complete -c postern -n "__fish_postern_using_subcommand bundle; and __fish_seen_subcommand_from verify" -l json -d 'Print one JSON document on standard output; `postern schema` prints its schema'
complete -c postern -n "__fish_postern_using_subcommand bundle; and __fish_seen_subcommand_from verify" -s v -l verbose -d 'Log what happens on standard error; twice for more. `POSTERN_LOG` sets levels by module'
complete -c postern -n "__fish_postern_using_subcommand bundle; and __fish_seen_subcommand_from verify" -s h -l help -d 'Print help'
complete -c postern -n "__fish_postern_using_subcommand bundle; and __fish_seen_subcommand_from key" -s o -l output -d 'The secret key\'s file, for you alone; the public key goes to FILE.pub. Neither may be there' -r -F
complete -c postern -n "__fish_postern_using_subcommand bundle; and __fish_seen_subcommand_from key" -l password-fd -d 'Read the key\'s password from this file descriptor, up to the end of its first line' -r
complete -c postern -n "__fish_postern_using_subcommand bundle; and __fish_seen_subcommand_from key" -l no-password -d 'Make a key without a password: everybody who reads the file can sign with it'
complete -c postern -n "__fish_postern_using_subcommand bundle; and __fish_seen_subcommand_from key" -l json -d 'Print one JSON document on standard output; `postern schema` prints its schema'
complete -c postern -n "__fish_postern_using_subcommand bundle; and __fish_seen_subcommand_from key" -s v -l verbose -d 'Log what happens on standard error; twice for more. `POSTERN_LOG` sets levels by module'
complete -c postern -n "__fish_postern_using_subcommand bundle; and __fish_seen_subcommand_from key" -s h -l help -d 'Print help'
complete -c postern -n "__fish_postern_using_subcommand plan; and not __fish_seen_subcommand_from new check diff apply status refresh put-away countersign schema" -l json -d 'Print one JSON document on standard output; `postern schema` prints its schema'
complete -c postern -n "__fish_postern_using_subcommand plan; and not __fish_seen_subcommand_from new check diff apply status refresh put-away countersign schema" -s v -l verbose -d 'Log what happens on standard error; twice for more. `POSTERN_LOG` sets levels by module'
complete -c postern -n "__fish_postern_using_subcommand plan; and not __fish_seen_subcommand_from new check diff apply status refresh put-away countersign schema" -s h -l help -d 'Print help'
complete -c postern -n "__fish_postern_using_subcommand plan; and not __fish_seen_subcommand_from new check diff apply status refresh put-away countersign schema" -f -a "new" -d 'Prepare a plan; nothing is changed and no network is needed'
complete -c postern -n "__fish_postern_using_subcommand plan; and not __fish_seen_subcommand_from new check diff apply status refresh put-away countersign schema" -f -a "check" -d 'Say everything that is wrong with plans; no network is needed'
complete -c postern -n "__fish_postern_using_subcommand plan; and not __fish_seen_subcommand_from new check diff apply status refresh put-away countersign schema" -f -a "diff" -d 'Sign in and show how each step of a plan stands; nothing is changed'
complete -c postern -n "__fish_postern_using_subcommand plan; and not __fish_seen_subcommand_from new check diff apply status refresh put-away countersign schema" -f -a "apply" -d 'Apply plans, asking for numbers as they are needed; goes on where an earlier run stopped'
complete -c postern -n "__fish_postern_using_subcommand plan; and not __fish_seen_subcommand_from new check diff apply status refresh put-away countersign schema" -f -a "status" -d 'What was begun and waits, and what was applied'
complete -c postern -n "__fish_postern_using_subcommand plan; and not __fish_seen_subcommand_from new check diff apply status refresh put-away countersign schema" -f -a "refresh" -d 'Sign in and read again what the account is, so that the steps of plans are not asked about'
complete -c postern -n "__fish_postern_using_subcommand plan; and not __fish_seen_subcommand_from new check diff apply status refresh put-away countersign schema" -f -a "put-away" -d 'Take a plan that is not to be applied off the list of what waits'
complete -c postern -n "__fish_postern_using_subcommand plan; and not __fish_seen_subcommand_from new check diff apply status refresh put-away countersign schema" -f -a "countersign" -d 'Sign a plan as the second administrator'
complete -c postern -n "__fish_postern_using_subcommand plan; and not __fish_seen_subcommand_from new check diff apply status refresh put-away countersign schema" -f -a "schema" -d 'Print what is published about a plan\'s file'
complete -c postern -n "__fish_postern_using_subcommand plan; and __fish_seen_subcommand_from new" -l account -d 'With which address the account signs in' -r
complete -c postern -n "__fish_postern_using_subcommand plan; and __fish_seen_subcommand_from new" -l author -d 'Who prepares it' -r
complete -c postern -n "__fish_postern_using_subcommand plan; and __fish_seen_subcommand_from new" -l reason -d 'What for' -r
complete -c postern -n "__fish_postern_using_subcommand plan; and __fish_seen_subcommand_from new" -l not-before -d 'Not to be applied before, such as 2026-12-01T22:00:00Z' -r
complete -c postern -n "__fish_postern_using_subcommand plan; and __fish_seen_subcommand_from new" -l expires-at -d 'Not to be applied after' -r
complete -c postern -n "__fish_postern_using_subcommand plan; and __fish_seen_subcommand_from new" -l name -d 'The new name' -r
complete -c postern -n "__fish_postern_using_subcommand plan; and __fish_seen_subcommand_from new" -l task -d 'The new task; an empty text removes it' -r
complete -c postern -n "__fish_postern_using_subcommand plan; and __fish_seen_subcommand_from new" -l email -d 'The new email address' -r
complete -c postern -n "__fish_postern_using_subcommand plan; and __fish_seen_subcommand_from new" -l mobile-phone -d 'The new mobile phone' -r
complete -c postern -n "__fish_postern_using_subcommand plan; and __fish_seen_subcommand_from new" -l two-factor -d 'Two-factor authentication' -r -f -a "email\t'By email'
text-message\t'By text message'
disabled\t'Not at all'"
complete -c postern -n "__fish_postern_using_subcommand plan; and __fish_seen_subcommand_from new" -l add-key -d 'Make a key of this label; may be given more than once' -r
complete -c postern -n "__fish_postern_using_subcommand plan; and __fish_seen_subcommand_from new" -l delete-key -d 'Delete the key of this label; may be given more than once' -r
complete -c postern -n "__fish_postern_using_subcommand plan; and __fish_seen_subcommand_from new" -l answers-fd -d 'With --refresh: read answers from this file descriptor instead of a prompt; `postern plan apply --help` has the grammar' -r
complete -c postern -n "__fish_postern_using_subcommand plan; and __fish_seen_subcommand_from new" -l backend -d 'The account backend, such as <https://accounts.harbor.example>, or `embedded`; without it the one that is configured' -r
complete -c postern -n "__fish_postern_using_subcommand plan; and __fish_seen_subcommand_from new" -l cancel -d 'Cancel the subscription, last of all'
complete -c postern -n "__fish_postern_using_subcommand plan; and __fish_seen_subcommand_from new" -l refresh -d 'Sign in and read the account, so that no step is asked about when the plan is applied'
complete -c postern -n "__fish_postern_using_subcommand plan; and __fish_seen_subcommand_from new" -l force -d 'Overwrite a file that exists; an input is never overwritten'
complete -c postern -n "__fish_postern_using_subcommand plan; and __fish_seen_subcommand_from new" -l json -d 'Print one JSON document on standard output; `postern schema` prints its schema'
complete -c postern -n "__fish_postern_using_subcommand plan; and __fish_seen_subcommand_from new" -s v -l verbose -d 'Log what happens on standard error; twice for more. `POSTERN_LOG` sets levels by module'
complete -c postern -n "__fish_postern_using_subcommand plan; and __fish_seen_subcommand_from new" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c postern -n "__fish_postern_using_subcommand plan; and __fish_seen_subcommand_from check" -l json -d 'Print one JSON document on standard output; `postern schema` prints its schema'
complete -c postern -n "__fish_postern_using_subcommand plan; and __fish_seen_subcommand_from check" -s v -l verbose -d 'Log what happens on standard error; twice for more. `POSTERN_LOG` sets levels by module'
complete -c postern -n "__fish_postern_using_subcommand plan; and __fish_seen_subcommand_from check" -s h -l help -d 'Print help'
complete -c postern -n "__fish_postern_using_subcommand plan; and __fish_seen_subcommand_from diff" -l answers-fd -d 'Read answers from this file descriptor instead of a prompt; `postern plan apply --help` has the grammar' -r
complete -c postern -n "__fish_postern_using_subcommand plan; and __fish_seen_subcommand_from diff" -l backend -d 'The account backend, such as <https://accounts.harbor.example>, or `embedded`; without it the one that is configured' -r
complete -c postern -n "__fish_postern_using_subcommand plan; and __fish_seen_subcommand_from diff" -l detailed-exitcode -d 'End with 2 where the plans would change something, as terraform does; with 0 where they would not'
complete -c postern -n "__fish_postern_using_subcommand plan; and __fish_seen_subcommand_from diff" -l json -d 'Print one JSON document on standard output; `postern schema` prints its schema'
complete -c postern -n "__fish_postern_using_subcommand plan; and __fish_seen_subcommand_from diff" -s v -l verbose -d 'Log what happens on standard error; twice for more. `POSTERN_LOG` sets levels by module'
complete -c postern -n "__fish_postern_using_subcommand plan; and __fish_seen_subcommand_from diff" -s h -l help -d 'Print help'
complete -c postern -n "__fish_postern_using_subcommand plan; and __fish_seen_subcommand_from apply" -l answers-fd -d 'Read answers from this file descriptor instead of a prompt' -r
complete -c postern -n "__fish_postern_using_subcommand plan; and __fish_seen_subcommand_from apply" -l backend -d 'The account backend, such as <https://accounts.harbor.example>, or `embedded`; without it the one that is configured' -r
complete -c postern -n "__fish_postern_using_subcommand plan; and __fish_seen_subcommand_from apply" -l json -d 'Print one JSON document on standard output; `postern schema` prints its schema'
complete -c postern -n "__fish_postern_using_subcommand plan; and __fish_seen_subcommand_from apply" -s v -l verbose -d 'Log what happens on standard error; twice for more. `POSTERN_LOG` sets levels by module'
complete -c postern -n "__fish_postern_using_subcommand plan; and __fish_seen_subcommand_from apply" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c postern -n "__fish_postern_using_subcommand plan; and __fish_seen_subcommand_from status" -l export -d 'Print the receipt of this number alone, as it is kept' -r
complete -c postern -n "__fish_postern_using_subcommand plan; and __fish_seen_subcommand_from status" -l json -d 'Print one JSON document on standard output; `postern schema` prints its schema'
complete -c postern -n "__fish_postern_using_subcommand plan; and __fish_seen_subcommand_from status" -s v -l verbose -d 'Log what happens on standard error; twice for more. `POSTERN_LOG` sets levels by module'
complete -c postern -n "__fish_postern_using_subcommand plan; and __fish_seen_subcommand_from status" -s h -l help -d 'Print help'
complete -c postern -n "__fish_postern_using_subcommand plan; and __fish_seen_subcommand_from refresh" -l answers-fd -d 'Read answers from this file descriptor instead of a prompt; `postern plan apply --help` has the grammar' -r
complete -c postern -n "__fish_postern_using_subcommand plan; and __fish_seen_subcommand_from refresh" -l backend -d 'The account backend, such as <https://accounts.harbor.example>, or `embedded`; without it the one that is configured' -r
complete -c postern -n "__fish_postern_using_subcommand plan; and __fish_seen_subcommand_from refresh" -l json -d 'Print one JSON document on standard output; `postern schema` prints its schema'
complete -c postern -n "__fish_postern_using_subcommand plan; and __fish_seen_subcommand_from refresh" -s v -l verbose -d 'Log what happens on standard error; twice for more. `POSTERN_LOG` sets levels by module'
complete -c postern -n "__fish_postern_using_subcommand plan; and __fish_seen_subcommand_from refresh" -s h -l help -d 'Print help'
complete -c postern -n "__fish_postern_using_subcommand plan; and __fish_seen_subcommand_from put-away" -l json -d 'Print one JSON document on standard output; `postern schema` prints its schema'
complete -c postern -n "__fish_postern_using_subcommand plan; and __fish_seen_subcommand_from put-away" -s v -l verbose -d 'Log what happens on standard error; twice for more. `POSTERN_LOG` sets levels by module'
complete -c postern -n "__fish_postern_using_subcommand plan; and __fish_seen_subcommand_from put-away" -s h -l help -d 'Print help'
complete -c postern -n "__fish_postern_using_subcommand plan; and __fish_seen_subcommand_from countersign" -l key -d 'Your minisign secret key' -r -F
complete -c postern -n "__fish_postern_using_subcommand plan; and __fish_seen_subcommand_from countersign" -l password-fd -d 'Read the key\'s password from this file descriptor, up to the end of its first line' -r
complete -c postern -n "__fish_postern_using_subcommand plan; and __fish_seen_subcommand_from countersign" -l yes -d 'Do not ask before signing with a key that has no password'
complete -c postern -n "__fish_postern_using_subcommand plan; and __fish_seen_subcommand_from countersign" -l json -d 'Print one JSON document on standard output; `postern schema` prints its schema'
complete -c postern -n "__fish_postern_using_subcommand plan; and __fish_seen_subcommand_from countersign" -s v -l verbose -d 'Log what happens on standard error; twice for more. `POSTERN_LOG` sets levels by module'
complete -c postern -n "__fish_postern_using_subcommand plan; and __fish_seen_subcommand_from countersign" -s h -l help -d 'Print help'
complete -c postern -n "__fish_postern_using_subcommand plan; and __fish_seen_subcommand_from schema" -l json -d 'Print one JSON document on standard output; `postern schema` prints its schema'
complete -c postern -n "__fish_postern_using_subcommand plan; and __fish_seen_subcommand_from schema" -s v -l verbose -d 'Log what happens on standard error; twice for more. `POSTERN_LOG` sets levels by module'
complete -c postern -n "__fish_postern_using_subcommand plan; and __fish_seen_subcommand_from schema" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c postern -n "__fish_postern_using_subcommand receipt; and not __fish_seen_subcommand_from verify" -l json -d 'Print one JSON document on standard output; `postern schema` prints its schema'
complete -c postern -n "__fish_postern_using_subcommand receipt; and not __fish_seen_subcommand_from verify" -s v -l verbose -d 'Log what happens on standard error; twice for more. `POSTERN_LOG` sets levels by module'
complete -c postern -n "__fish_postern_using_subcommand receipt; and not __fish_seen_subcommand_from verify" -s h -l help -d 'Print help'
complete -c postern -n "__fish_postern_using_subcommand receipt; and not __fish_seen_subcommand_from verify" -f -a "verify" -d 'Verify the receipts of this computer, or exported ones: their hashes, their order, and that none is missing'
complete -c postern -n "__fish_postern_using_subcommand receipt; and __fish_seen_subcommand_from verify" -l json -d 'Print one JSON document on standard output; `postern schema` prints its schema'
complete -c postern -n "__fish_postern_using_subcommand receipt; and __fish_seen_subcommand_from verify" -s v -l verbose -d 'Log what happens on standard error; twice for more. `POSTERN_LOG` sets levels by module'
complete -c postern -n "__fish_postern_using_subcommand receipt; and __fish_seen_subcommand_from verify" -s h -l help -d 'Print help'
complete -c postern -n "__fish_postern_using_subcommand completions" -l json -d 'Print one JSON document on standard output; `postern schema` prints its schema'
complete -c postern -n "__fish_postern_using_subcommand completions" -s v -l verbose -d 'Log what happens on standard error; twice for more. `POSTERN_LOG` sets levels by module'
complete -c postern -n "__fish_postern_using_subcommand completions" -s h -l help -d 'Print help'
complete -c postern -n "__fish_postern_using_subcommand man" -l force -d 'Overwrite a file that exists; an input is never overwritten'
complete -c postern -n "__fish_postern_using_subcommand man" -l json -d 'Print one JSON document on standard output; `postern schema` prints its schema'
complete -c postern -n "__fish_postern_using_subcommand man" -s v -l verbose -d 'Log what happens on standard error; twice for more. `POSTERN_LOG` sets levels by module'
complete -c postern -n "__fish_postern_using_subcommand man" -s h -l help -d 'Print help'
complete -c postern -n "__fish_postern_using_subcommand schema" -l json -d 'Print one JSON document on standard output; `postern schema` prints its schema'
complete -c postern -n "__fish_postern_using_subcommand schema" -s v -l verbose -d 'Log what happens on standard error; twice for more. `POSTERN_LOG` sets levels by module'
complete -c postern -n "__fish_postern_using_subcommand schema" -s h -l help -d 'Print help (see more with \'--help\')'
