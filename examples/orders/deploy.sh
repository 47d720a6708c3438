#!/usr/bin/env bash
# Deploys the order API to two regions with the AWS CLI alone: the table, the API in both, failover DNS.
# The same script deploys to a Lifeboat world (eval "$(lifeboat env)" first) and to AWS.
#
# What it can be told, as environment variables:
#   ORDERS_API_KEY      what clients must send as x-api-key (required)
#   ORDERS_FUNCTIONS    the folder with api/bootstrap (default: build/release/orders)
#   HEALTH_INTERVAL, HEALTH_THRESHOLD   10 (or 30) seconds, 1 to 10 results in a row
#   HOSTED_ZONE_ID      an existing delegated zone; empty makes a new one
#   LIFEBOAT_CONTROL    no-recovery leaves the standby out of DNS: a drill's control
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
primary=us-east-1
standby=us-west-2
zone=orders-example.com
zone_id=${HOSTED_ZONE_ID:-}
functions=${ORDERS_FUNCTIONS:-${LIFEBOAT_BUILD_DIR:-$here/../../build/release}/orders}
standby_record=yes
[[ ${LIFEBOAT_CONTROL:-} != no-recovery ]] || standby_record=no
export AWS_PAGER=

die() { echo "deploy.sh: $*" >&2; exit 1; }
[[ -n ${ORDERS_API_KEY:-} ]] || die "set ORDERS_API_KEY to the key that clients send"
[[ -f $functions/api/bootstrap ]] || die "$functions/api has no bootstrap; build it, or set ORDERS_FUNCTIONS"

# deploy REGION STACK TEMPLATE KEY=VALUE...
deploy() {
  local region=$1 stack=$2 template=$3
  shift 3
  aws cloudformation deploy --region "$region" --stack-name "$stack" --template-file "$template" \
    --capabilities CAPABILITY_IAM --no-fail-on-empty-changeset --parameter-overrides "$@" >&2
}

# outputs REGION PREFIX: what the DNS stack has to know of one region.
outputs() {
  local key value
  while read -r key value; do
    case $key in PublicTarget | RegionalTarget | TargetZoneId) echo "$2$key=$value" ;; esac
  done < <(aws cloudformation describe-stacks --region "$1" --stack-name orders-api \
    --query 'Stacks[0].Outputs[].[OutputKey, OutputValue]' --output text)
}

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$work/build/functions/api"
cp -p "$functions/api/bootstrap" "$work/build/functions/api/"
cp "$here/template.yaml" "$work/"
account=$(aws sts get-caller-identity --region "$primary" --query Account --output text)

# deploy_api REGION SHORT
deploy_api() {
  local bucket="orders-code-$account-$1"
  aws s3api head-bucket --region "$1" --bucket "$bucket" &>/dev/null ||
    aws s3 mb "s3://$bucket" --region "$1" >/dev/null || return 1
  aws cloudformation package --region "$1" --template-file "$work/template.yaml" \
    --s3-bucket "$bucket" --output-template-file "$work/packaged-$1.yaml" >/dev/null || return 1
  deploy "$1" orders-api "$work/packaged-$1.yaml" "ApiKey=$ORDERS_API_KEY" \
    "PublicDomainName=api.$zone" "RegionalDomainName=$2.api.$zone" "HostedZoneId=$zone_id"
}

# The stacks know each other only by names, so they are made at the same time.
jobs=()
deploy "$primary" orders-data "$here/data.yaml" "StandbyRegion=$standby" & jobs+=($!)
deploy_api "$primary" use1 & jobs+=($!)
deploy_api "$standby" usw2 & jobs+=($!)
failed=0
for job in "${jobs[@]}"; do wait "$job" || failed=1; done
((failed == 0)) || die "a stack could not be deployed"

# The failover DNS is TechModa's, and stands outside the primary as its is.
mapfile -t parameters < <(outputs "$primary" Primary; outputs "$standby" Standby)
deploy "$standby" orders-dns "$here/../techmoda/dns.yaml" "ZoneName=$zone" "HostedZoneId=$zone_id" \
  "PublicDomainName=api.$zone" "PrimaryDomainName=use1.api.$zone" "StandbyDomainName=usw2.api.$zone" \
  "RequestInterval=${HEALTH_INTERVAL:-10}" "FailureThreshold=${HEALTH_THRESHOLD:-1}" \
  "HealthPath=/health" "StandbyRecord=$standby_record" "${parameters[@]}"
echo "https://api.$zone" >&2
