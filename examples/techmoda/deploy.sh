#!/usr/bin/env bash
# Deploys TechModa to two regions: data, the API in both, failover DNS. It uses nothing but the AWS
# CLI (2.9 or newer), so the same script deploys to a Lifeboat world (eval "$(lifeboat env)" first)
# and to AWS. It may be run again: what has not changed is left alone.
#
# What it can be told, as environment variables:
#   PRIMARY_REGION, STANDBY_REGION   us-east-1, us-west-2
#   DNS_REGION          where the DNS stack lives; never the primary (default: the standby)
#   STACK_PREFIX        techmoda, for <prefix>-data, <prefix>-api and <prefix>-dns
#   TABLE_NAME          products
#   ZONE_NAME           techmoda-example.com
#   HOSTED_ZONE_ID      an existing delegated zone, which AWS needs to validate certificates;
#                       empty makes a new zone
#   TECHMODA_FUNCTIONS  the folder with <function>/bootstrap (default: build/release/techmoda)
#   CODE_BUCKET         bucket names begin with it; a region is added
#   HEALTH_INTERVAL, HEALTH_THRESHOLD   10 (or 30) seconds, 1 to 10 results in a row
#   HEALTH_PATH         /health/deep
#   DELETION_PROTECTION true
#   LIFEBOAT_CONTROL    no-recovery leaves the standby out of DNS: a drill's control
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
primary=${PRIMARY_REGION:-us-east-1}
standby=${STANDBY_REGION:-us-west-2}
dns_region=${DNS_REGION:-$standby}
prefix=${STACK_PREFIX:-techmoda}
table=${TABLE_NAME:-products}
zone=${ZONE_NAME:-techmoda-example.com}
zone_id=${HOSTED_ZONE_ID:-}
standby_record=yes
[[ ${LIFEBOAT_CONTROL:-} != no-recovery ]] || standby_record=no
functions=${TECHMODA_FUNCTIONS:-${LIFEBOAT_BUILD_DIR:-$here/../../build/release}/techmoda}
export AWS_PAGER=

say() { printf '%s\n' "$*" >&2; }
die() { say "deploy.sh: $*"; exit 1; }

# us-east-1 is use1: a short name for hosts of one region.
short_name() { sed -E 's/^([a-z]+)-([a-z])[a-z]*-([0-9]+)$/\1\2\3/' <<<"$1"; }

# stack_status REGION STACK: its status, or nothing when there is no such stack.
stack_status() {
  aws cloudformation describe-stacks --region "$1" --stack-name "$2" \
    --query 'Stacks[0].StackStatus' --output text 2>/dev/null || true
}

# await_stack REGION STACK: waits while it is in progress and prints what it came to. The CLI's own
# waiter looks only every 30 seconds.
await_stack() {
  local status
  while status=$(stack_status "$1" "$2"); [[ $status == *_IN_PROGRESS ]]; do sleep 1; done
  printf '%s' "$status"
}

# deploy REGION STACK TEMPLATE KEY=VALUE...
deploy() {
  local region=$1 stack=$2 template=$3 said change_set status
  shift 3
  if [[ $(stack_status "$region" "$stack") == ROLLBACK_COMPLETE ]]; then
    aws cloudformation delete-stack --region "$region" --stack-name "$stack" || return 1
    await_stack "$region" "$stack" >/dev/null
  fi
  said=$(aws cloudformation deploy --region "$region" --stack-name "$stack" \
    --template-file "$template" --capabilities CAPABILITY_IAM --no-execute-changeset \
    --no-fail-on-empty-changeset --parameter-overrides "$@") || return 1
  change_set=$(grep -o 'arn:[^ ]*:changeSet/[^ ]*' <<<"$said" | head -n 1 || true)
  if [[ -z $change_set ]]; then
    say "$region $stack: no changes"
    return
  fi
  aws cloudformation execute-change-set --region "$region" --change-set-name "$change_set" ||
    return 1
  status=$(await_stack "$region" "$stack")
  say "$region $stack: $status"
  [[ $status == CREATE_COMPLETE || $status == UPDATE_COMPLETE ]] && return
  aws cloudformation describe-stack-events --region "$region" --stack-name "$stack" \
    --output text --query "StackEvents[?contains(ResourceStatus, 'FAILED')]
      .[LogicalResourceId, ResourceStatusReason]" >&2
  return 1
}

deploy_data() {
  deploy "$primary" "$prefix-data" "$here/data.yaml" "TableName=$table" \
    "StandbyRegion=$standby" "DeletionProtection=${DELETION_PROTECTION:-true}"
}

# deploy_api REGION
deploy_api() {
  local region=$1 bucket="$bucket_prefix-$1" packaged="$work/packaged-$1.yaml"
  if ! aws s3api head-bucket --region "$region" --bucket "$bucket" &>/dev/null; then
    aws s3 mb "s3://$bucket" --region "$region" >/dev/null || return 1
  fi
  aws cloudformation package --region "$region" --template-file "$work/template.yaml" \
    --s3-bucket "$bucket" --output-template-file "$packaged" &>"$packaged.log" ||
    { cat "$packaged.log" >&2; return 1; }
  deploy "$region" "$prefix-api" "$packaged" "TableName=$table" "PublicDomainName=api.$zone" \
    "RegionalDomainName=$(short_name "$region").api.$zone" "HostedZoneId=$zone_id"
}

# side_parameters SIDE REGION: what the DNS stack has to know of one region.
side_parameters() {
  local key value
  echo "$1DomainName=$(short_name "$2").api.$zone"
  while read -r key value; do
    case $key in PublicTarget | RegionalTarget | TargetZoneId) echo "$1$key=$value" ;; esac
  done < <(aws cloudformation describe-stacks --region "$2" --stack-name "$prefix-api" \
    --query 'Stacks[0].Outputs[].[OutputKey, OutputValue]' --output text)
}

deploy_dns() {
  local parameters
  mapfile -t parameters < <(side_parameters Primary "$primary"; side_parameters Standby "$standby")
  deploy "$dns_region" "$prefix-dns" "$here/dns.yaml" "ZoneName=$zone" "HostedZoneId=$zone_id" \
    "PublicDomainName=api.$zone" "RequestInterval=${HEALTH_INTERVAL:-10}" \
    "FailureThreshold=${HEALTH_THRESHOLD:-1}" "HealthPath=${HEALTH_PATH:-/health/deep}" \
    "StandbyRecord=$standby_record" "${parameters[@]}"
}

[[ $dns_region != "$primary" ]] || die "DNS_REGION must not be the primary region"
[[ -f $functions/health/bootstrap ]] ||
  die "$functions has no functions; build them, or set TECHMODA_FUNCTIONS"

# A copy to package from: modes and times are kept, so the same binaries give the same packages.
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$work/build/functions"
for folder in "$functions"/*/; do
  name=$(basename "$folder")
  [[ -f $folder/bootstrap ]] || continue
  mkdir "$work/build/functions/$name"
  cp -p "$folder/bootstrap" "$work/build/functions/$name/"
done
cp "$here/template.yaml" "$work/"
account=$(aws sts get-caller-identity --region "$primary" --query Account --output text)
bucket_prefix=${CODE_BUCKET:-$prefix-code-$account}

# The three stacks know each other only by names, so they are made at the same time.
jobs=()
deploy_data & jobs+=($!)
for region in "$primary" "$standby"; do
  deploy_api "$region" & jobs+=($!)
done
failed=0
for job in "${jobs[@]}"; do wait "$job" || failed=1; done
((failed == 0)) || die "a stack could not be deployed"
deploy_dns || die "the DNS stack could not be deployed"

say "https://api.$zone"
