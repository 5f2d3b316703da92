# bash completion for querytop; written by GOLDEN_WRITE=1 ctest -R completions

_querytop_profiles()
{
    sed -n 's/^\[\([^]]*\)\].*/\1/p' "${QUERYTOP_CONFIG:-${XDG_CONFIG_HOME:-$HOME/.config}/querytop/config.ini}" 2>/dev/null
}

_querytop()
{
    local word=${COMP_WORDS[COMP_CWORD]} verb='' words=''
    [[ $COMP_CWORD -eq 1 || ${COMP_WORDS[1]} == -* ]] || verb=${COMP_WORDS[1]}
    case $verb:${COMP_WORDS[COMP_CWORD - 1]} in
    :--config | :-c) compopt -o default ;;
    :--profile | :-p) words=$(_querytop_profiles) ;;
    :--looker-ini) compopt -o default ;;
    :--looker-section) words='' ;;
    :--watch-task) words='' ;;
    :--record) compopt -o default ;;
    :--log) compopt -o default ;;
    demo:--rate) words='' ;;
    demo:--tasks) words='' ;;
    demo:--adobe-rate) words='' ;;
    demo:--adobe-tasks) words='' ;;
    demo:--seed) words='' ;;
    demo:--speed) words='' ;;
    demo:--record) compopt -o default ;;
    demo:--log) compopt -o default ;;
    replay:--speed) words='' ;;
    replay:--log) compopt -o default ;;
    sandbox:--listen) words='' ;;
    sandbox:--port) words='' ;;
    sandbox:--tasks) words='' ;;
    sandbox:--active) words='' ;;
    sandbox:--rate) words='' ;;
    sandbox:--adobe-tasks) words='' ;;
    sandbox:--adobe-rate) words='' ;;
    sandbox:--seed) words='' ;;
    sandbox:--workers) words='' ;;
    sandbox:--speed) words='' ;;
    sandbox:--token-ttl) words='' ;;
    sandbox:--adobe-timeout) words='' ;;
    sandbox:--looker-versions) words='' ;;
    sandbox:--nulls) words='' ;;
    sandbox:--fault) words='' ;;
    sandbox:--client-id) words='' ;;
    sandbox:--client-secret) words='' ;;
    list:--filter | list:-f) words='' ;;
    list:--sort | list:-s) words='state elapsed user source what connection profile age id model explore rows created ended query_id run_id message sql pace title' ;;
    list:--format | list:-F) words='table json ndjson csv tsv' ;;
    list:--watch-task) words='' ;;
    list:--timeout | list:-t) words='' ;;
    list:--profile | list:-p) words=$(_querytop_profiles) ;;
    list:--config | list:-c) compopt -o default ;;
    list:--looker-ini) compopt -o default ;;
    list:--looker-section) words='' ;;
    show:--format | show:-F) words='table json ndjson csv tsv' ;;
    show:--timeout | show:-t) words='' ;;
    show:--profile | show:-p) words=$(_querytop_profiles) ;;
    show:--config | show:-c) compopt -o default ;;
    show:--looker-ini) compopt -o default ;;
    show:--looker-section) words='' ;;
    results:--as | results:-F) words='table json ndjson csv tsv' ;;
    results:--output | results:-o) compopt -o default ;;
    results:--timeout | results:-t) words='' ;;
    results:--profile | results:-p) words=$(_querytop_profiles) ;;
    results:--config | results:-c) compopt -o default ;;
    results:--looker-ini) compopt -o default ;;
    results:--looker-section) words='' ;;
    run:--query) words='' ;;
    run:--look) words='' ;;
    run:--model) words='' ;;
    run:--explore) words='' ;;
    run:--fields) words='' ;;
    run:--filter) words='' ;;
    run:--sorts) words='' ;;
    run:--limit) words='' ;;
    run:--result-format) words='' ;;
    run:--path-prefix) words='' ;;
    run:--sql) words='' ;;
    run:--template) words='' ;;
    run:--parameter) words='' ;;
    run:--name) words='' ;;
    run:--description) words='' ;;
    run:--database) words='' ;;
    run:--ctas-dataset) words='' ;;
    run:--ctas-description) words='' ;;
    run:--ctas-schema) words='' ;;
    run:--insert-into) words='' ;;
    run:--format | run:-F) words='table json ndjson csv tsv' ;;
    run:--timeout | run:-t) words='' ;;
    run:--profile | run:-p) words=$(_querytop_profiles) ;;
    run:--config | run:-c) compopt -o default ;;
    run:--looker-ini) compopt -o default ;;
    run:--looker-section) words='' ;;
    cancel:--format | cancel:-F) words='table json ndjson csv tsv' ;;
    cancel:--timeout | cancel:-t) words='' ;;
    cancel:--profile | cancel:-p) words=$(_querytop_profiles) ;;
    cancel:--config | cancel:-c) compopt -o default ;;
    cancel:--looker-ini) compopt -o default ;;
    cancel:--looker-section) words='' ;;
    retry:--format | retry:-F) words='table json ndjson csv tsv' ;;
    retry:--timeout | retry:-t) words='' ;;
    retry:--profile | retry:-p) words=$(_querytop_profiles) ;;
    retry:--config | retry:-c) compopt -o default ;;
    retry:--looker-ini) compopt -o default ;;
    retry:--looker-section) words='' ;;
    hide:--format | hide:-F) words='table json ndjson csv tsv' ;;
    hide:--timeout | hide:-t) words='' ;;
    hide:--profile | hide:-p) words=$(_querytop_profiles) ;;
    hide:--config | hide:-c) compopt -o default ;;
    hide:--looker-ini) compopt -o default ;;
    hide:--looker-section) words='' ;;
    wait:--format | wait:-F) words='table json ndjson csv tsv' ;;
    wait:--timeout | wait:-t) words='' ;;
    wait:--profile | wait:-p) words=$(_querytop_profiles) ;;
    wait:--config | wait:-c) compopt -o default ;;
    wait:--looker-ini) compopt -o default ;;
    wait:--looker-section) words='' ;;
    watch:--filter | watch:-f) words='' ;;
    watch:--watch-task) words='' ;;
    watch:--timeout | watch:-t) words='' ;;
    watch:--profile | watch:-p) words=$(_querytop_profiles) ;;
    watch:--config | watch:-c) compopt -o default ;;
    watch:--looker-ini) compopt -o default ;;
    watch:--looker-section) words='' ;;
    projects:--format | projects:-F) words='table json ndjson csv tsv' ;;
    projects:--timeout | projects:-t) words='' ;;
    projects:--profile | projects:-p) words=$(_querytop_profiles) ;;
    projects:--config | projects:-c) compopt -o default ;;
    projects:--looker-ini) compopt -o default ;;
    projects:--looker-section) words='' ;;
    project:--format | project:-F) words='table json ndjson csv tsv' ;;
    project:--timeout | project:-t) words='' ;;
    project:--profile | project:-p) words=$(_querytop_profiles) ;;
    project:--config | project:-c) compopt -o default ;;
    project:--looker-ini) compopt -o default ;;
    project:--looker-section) words='' ;;
    templates:--format | templates:-F) words='table json ndjson csv tsv' ;;
    templates:--timeout | templates:-t) words='' ;;
    templates:--profile | templates:-p) words=$(_querytop_profiles) ;;
    templates:--config | templates:-c) compopt -o default ;;
    templates:--looker-ini) compopt -o default ;;
    templates:--looker-section) words='' ;;
    template:--format | template:-F) words='table json ndjson csv tsv' ;;
    template:--timeout | template:-t) words='' ;;
    template:--profile | template:-p) words=$(_querytop_profiles) ;;
    template:--config | template:-c) compopt -o default ;;
    template:--looker-ini) compopt -o default ;;
    template:--looker-section) words='' ;;
    schedules:--format | schedules:-F) words='table json ndjson csv tsv' ;;
    schedules:--timeout | schedules:-t) words='' ;;
    schedules:--profile | schedules:-p) words=$(_querytop_profiles) ;;
    schedules:--config | schedules:-c) compopt -o default ;;
    schedules:--looker-ini) compopt -o default ;;
    schedules:--looker-section) words='' ;;
    schedule:--format | schedule:-F) words='table json ndjson csv tsv' ;;
    schedule:--timeout | schedule:-t) words='' ;;
    schedule:--profile | schedule:-p) words=$(_querytop_profiles) ;;
    schedule:--config | schedule:-c) compopt -o default ;;
    schedule:--looker-ini) compopt -o default ;;
    schedule:--looker-section) words='' ;;
    connections:--format | connections:-F) words='table json ndjson csv tsv' ;;
    connections:--timeout | connections:-t) words='' ;;
    connections:--profile | connections:-p) words=$(_querytop_profiles) ;;
    connections:--config | connections:-c) compopt -o default ;;
    connections:--looker-ini) compopt -o default ;;
    connections:--looker-section) words='' ;;
    doctor:--format | doctor:-F) words='table json ndjson csv tsv' ;;
    doctor:--timeout | doctor:-t) words='' ;;
    doctor:--profile | doctor:-p) words=$(_querytop_profiles) ;;
    doctor:--config | doctor:-c) compopt -o default ;;
    doctor:--looker-ini) compopt -o default ;;
    doctor:--looker-section) words='' ;;
    replay:replay) compopt -o default ;;
    project:project) words='show branches switch-workspace checkout test-git validate reset-to-production reset-to-remote deploy' ;;
    template:template) words='show' ;;
    schedule:schedule) words='show runs enable disable trigger run cancel-run' ;;
    *)
        case $verb in
        '') words='--config --profile --looker-ini --looker-section --watch-task --record --mouse --linear --log --version --help' ;;
        demo) words='--rate --tasks --adobe-rate --adobe-tasks --seed --speed --record --mouse --linear --log --help' ;;
        replay) words='--speed --mouse --linear --log --help' ;;
        sandbox) words='--listen --port --tasks --active --rate --adobe-tasks --adobe-rate --seed --workers --speed --token-ttl --adobe-timeout --looker-versions --nulls --fault --client-id --client-secret --help' ;;
        list) words='--filter --sort --format --watch-task --timeout --profile --config --looker-ini --looker-section --help' ;;
        show) words='--format --timeout --profile --config --looker-ini --looker-section --help' ;;
        results) words='--as --output --timeout --profile --config --looker-ini --looker-section --help' ;;
        run) words='--query --look --model --explore --fields --filter --sorts --limit --result-format --cache --cache-only --force-production --rebuild-pdts --apply-formatting --generate-drill-links --server-table-calcs --path-prefix --sql --template --parameter --name --description --database --ctas-dataset --ctas-description --ctas-schema --insert-into --format --yes --wait --timeout --profile --config --looker-ini --looker-section --help' ;;
        cancel) words='--format --yes --timeout --profile --config --looker-ini --looker-section --help' ;;
        retry) words='--format --yes --timeout --profile --config --looker-ini --looker-section --help' ;;
        hide) words='--format --yes --timeout --profile --config --looker-ini --looker-section --help' ;;
        wait) words='--format --timeout --profile --config --looker-ini --looker-section --help' ;;
        watch) words='--filter --watch-task --timeout --profile --config --looker-ini --looker-section --help' ;;
        projects) words='--format --timeout --profile --config --looker-ini --looker-section --help' ;;
        project) words='--format --yes --timeout --profile --config --looker-ini --looker-section --help' ;;
        templates) words='--format --timeout --profile --config --looker-ini --looker-section --help' ;;
        template) words='--format --yes --timeout --profile --config --looker-ini --looker-section --help' ;;
        schedules) words='--format --timeout --profile --config --looker-ini --looker-section --help' ;;
        schedule) words='--format --yes --timeout --profile --config --looker-ini --looker-section --help' ;;
        connections) words='--format --timeout --profile --config --looker-ini --looker-section --help' ;;
        doctor) words='--format --timeout --profile --config --looker-ini --looker-section --help' ;;
        esac
        [[ $COMP_CWORD -ne 1 ]] || words+=' demo replay sandbox list show results run cancel retry hide wait watch projects project templates template schedules schedule connections doctor'
        ;;
    esac
    mapfile -t COMPREPLY < <(compgen -W "$words" -- "$word")
}
complete -F _querytop querytop
