#!/usr/bin/env bash
# Fails when a module that others build has lost something exported since its last release: `make api-compat`, and CI. A module
# is released by a tag in front of which its folder stands, as sdk/v1.2.0; without one there is nothing to compare. What
# is lost on purpose needs a new major version. Shallow clones have no tags: fetch them first.
set -euo pipefail
cd "$(dirname "$0")/.."
root=$PWD
apidiff=$1 # where the tool is, or will be

temp=$(mktemp -d)
trap 'git worktree remove --force "$temp/old" 2>/dev/null || true; rm -rf "$temp"' EXIT
lost=0
for dir in sdk sdk/fiberguard sdk/grpcguard; do
  tag=$(git tag --list "$dir/v*" --sort=-v:refname | grep -E '/v[0-9]+\.[0-9]+\.[0-9]+$' | head -n 1 || true)
  if [ -z "$tag" ]; then
    echo "$dir has not been released yet"
    continue
  fi
  make --no-print-directory "$apidiff" >&2
  git worktree add --quiet --detach "$temp/old" "$tag"
  module=$(awk '$1 == "module" { print $2 }' "$dir/go.mod")
  (cd "$temp/old/$dir" && GOWORK=off "$root/$apidiff" -m -w "$temp/old.export" "$module" >&2)
  (cd "$dir" && GOWORK=off "$root/$apidiff" -m -incompatible "$temp/old.export" "$module") >"$temp/changes"
  git worktree remove --force "$temp/old"
  # Below examples there are programs; nobody imports them.
  if grep -E '^- ' "$temp/changes" | grep -vE '^- \./examples/' >"$temp/lost"; then
    echo "$dir has lost since $tag:"
    cat "$temp/lost"
    lost=1
  else
    echo "$dir has all that $tag had"
  fi
done

# Whoever takes a guard takes the SDK that it names; a replacement in its go.mod helps nobody outside.
if git tag --list 'sdk/v*' | grep -qE '^sdk/v[0-9]'; then
  for dir in sdk/fiberguard sdk/grpcguard; do
    if grep -q 'github.com/keyhall/keyhall/sdk v0.0.0-' "$dir/go.mod"; then
      echo "$dir names no release of the SDK: CONTRIBUTING.md, Release the SDK"
      lost=1
    fi
  done
fi
exit $lost
