#!/bin/sh
# Verifies with openssl and coreutils alone that an entry is in a log: no code of ours takes part.
#   verify-proof.sh VERIFIER-KEY FILE.tlog-proof ENTRY-FILE
set -eu
vkey=$1 proof=$2 entry=$3
work=$(mktemp -d) && trap 'rm -rf "$work"' EXIT
refuse() { echo "REFUSED: $1" >&2; exit 1; }
sha256() { openssl dgst -sha256 -binary; }
hex() { od -An -v -tx1 | tr -d ' \n'; }

# A proof is a head, an empty line, and a signed checkpoint; the signed text ends at the next empty line.
awk -v d="$work" 'note {print > (d "/note"); next} !NF {note = 1; next} {print > (d "/head")}' "$proof"
awk '!NF {exit} {print}' "$work/note" > "$work/text"
[ "$(head -n 1 "$work/head")" = c2sp.org/tlog-proof@v1 ] || refuse "this is no proof"

# The signature: the key in the form that openssl reads, and the line of the note with that key's id.
name=${vkey%%+*} rest=${vkey#*+} id=${vkey#*+} && id=${id%%+*}
printf '%s' "${rest#*+}" | base64 -d | tail -c 32 > "$work/key"
[ "$({ printf '%s\n\001' "$name"; cat "$work/key"; } | sha256 | head -c 4 | hex)" = "$id" ] || refuse "the key is mistyped"
{ printf '\060\052\060\005\006\003\053\145\160\003\041\000'; cat "$work/key"; } > "$work/key.der"
[ "$(head -n 1 "$work/text")" = "$name" ] || refuse "the checkpoint is of another log"
for line in $(awk -v n="$name" '$2 == n {print $3}' "$work/note"); do
    printf '%s' "$line" | base64 -d > "$work/line"
    [ "$(head -c 4 "$work/line" | hex)" = "$id" ] && tail -c 64 "$work/line" > "$work/signature"
done
openssl pkeyutl -verify -pubin -keyform DER -inkey "$work/key.der" -rawin -in "$work/text" \
    -sigfile "$work/signature" > "$work/out" 2>&1 || refuse "the signature does not fit"

# The path: from the hash of the entry, up with each hash of the proof, to the signed root (RFC 9162, 2.1.3.2).
index=$(sed -n 's/^index //p' "$work/head") size=$(sed -n 2p "$work/text")
{ printf '\000'; cat "$entry"; } | sha256 > "$work/hash"
[ "$index" -lt "$size" ] || refuse "the entry is beyond the checkpoint"
node=$index last=$((size - 1))
for sibling in $(sed '/^c2sp.org/d; /^extra /d; /^index /d' "$work/head"); do
    [ "$last" -gt 0 ] || refuse "the proof is too long"
    printf '%s' "$sibling" | base64 -d > "$work/sibling"
    if [ $((node % 2)) = 1 ] || [ "$node" = "$last" ]; then
        { printf '\001'; cat "$work/sibling" "$work/hash"; } | sha256 > "$work/next"
        while [ $((node % 2)) = 0 ] && [ "$node" != 0 ]; do node=$((node / 2)) last=$((last / 2)); done
    else
        { printf '\001'; cat "$work/hash" "$work/sibling"; } | sha256 > "$work/next"
    fi
    mv "$work/next" "$work/hash"
    node=$((node / 2)) last=$((last / 2))
done
sed -n 3p "$work/text" | base64 -d | cmp -s - "$work/hash" && [ "$last" = 0 ] || refuse "the entry is not in the log"
echo "VERIFIED: entry $index of $size in $name"
