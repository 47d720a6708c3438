#!/usr/bin/env bash
# A mistake of operation, and its undoing: the public name leads to no API any more in one region.
#   mistake.sh make|undo REGION
set -euo pipefail

name=${API_NAME:-api.techmoda-example.com}
region=$2
export AWS_PAGER=

case $1 in
  make)
    aws apigateway delete-base-path-mapping --region "$region" --domain-name "$name" --base-path '(none)'
    ;;
  undo)
    # The region's own name still leads there.
    short=$(sed -E 's/^([a-z]+)-([a-z])[a-z]*-([0-9]+)$/\1\2\3/' <<<"$region")
    api=$(aws apigateway get-base-path-mappings --region "$region" --domain-name "$short.$name" \
      --query 'items[0].restApiId' --output text)
    aws apigateway create-base-path-mapping --region "$region" --domain-name "$name" --rest-api-id "$api" --stage Prod
    ;;
esac
