#!/bin/sh
# One night: fetch new versions of layers, compute what changed, publish it or keep the old set,
# and leave a log and a text that can be mailed.
#
#   scripts/nightly.sh FOLDER [options of htkgis run, for example --language en]
#
# FOLDER holds study.toml and layers/. The log of each night is a folder of its own:
#   update.txt   what was decided on each layer
#   update.jsonl the same, with how long each took, one JSON object a line
#   run.jsonl    each step of the run, its warnings and its end, one JSON object a line
#   run.txt      what the run said
#   mail.txt     the summary of both; its first line can be the subject
#
# Variables, all optional:
#   HTKGIS              the command; "htkgis" by default, or for example "python3 -m htkgis"
#   HTKGIS_CATALOG      layers/catalog.toml by default
#   HTKGIS_DATA         folder that {data} stands for in the catalog
#   HTKGIS_UPDATE       "no" where services are not to be asked; a catalog without any needs nothing
#   HTKGIS_NIGHTS       folder of the logs; FOLDER/nights by default
#   HTKGIS_KEEP_NIGHTS  how many logs are kept; 30 by default
#   HTKGIS_MAIL         address that the summary is sent to with mail(1)
#
# Exit codes: 0 all done; 1 the run failed, or a layer was held back or not fetched (the run is
# made all the same); 2 wrong usage; 143 it was told to stop. Whatever it is, mail.txt says it.
set -u

if [ $# -lt 1 ] || [ ! -f "$1/study.toml" ]; then
  echo "usage: nightly.sh FOLDER [options of htkgis run]; FOLDER holds study.toml" >&2
  exit 2
fi
cd "$1" || exit 2
shift

htkgis=${HTKGIS:-htkgis}
nights=${HTKGIS_NIGHTS:-nights}
keep=${HTKGIS_KEEP_NIGHTS:-30}
night="$nights/$(date -u +%Y-%m-%dT%H%M%SZ)"
mkdir -p "$nights" && mkdir "$night" || exit 1

# both commands read the same catalog and data
catalog=${HTKGIS_CATALOG:-layers/catalog.toml}
set -- --catalog "$catalog" ${HTKGIS_DATA:+--data "$HTKGIS_DATA"} "$@"

# a container and systemd end a night with SIGTERM: the command is told too, and mail.txt written
running=""
stopped=no
stop() {
  stopped=yes
  [ -z "$running" ] || kill -TERM "$running" 2>/dev/null
}
trap stop HUP INT TERM

# the exit code of the command that was begun last; a signal ends a "wait", not the command
ended() {
  running=$!
  [ "$stopped" = no ] || kill -TERM "$running"
  while :; do
    wait "$running"
    code=$?
    kill -0 "$running" 2>/dev/null || break
  done
  running=""
  return "$code"
}

updated=0
if [ "${HTKGIS_UPDATE:-yes}" = no ]; then
  echo "no update was asked for" >"$night/update.txt"
  cp "$night/update.txt" "$night/layers.txt"
else
  # the command may be several words
  # shellcheck disable=SC2086
  $htkgis update --strict --log-json --summary "$night/layers.txt" \
    --catalog "$catalog" ${HTKGIS_DATA:+--data "$HTKGIS_DATA"} \
    >"$night/update.txt" 2>"$night/update.jsonl" &
  ended
  updated=$?
  # the command did not get as far as the summary: what it said is all there is
  [ -f "$night/layers.txt" ] || cat "$night/update.txt" "$night/update.jsonl" >"$night/layers.txt"
fi

ran=143
if [ "$stopped" = no ]; then
  # shellcheck disable=SC2086
  $htkgis run --log-json --summary "$night/summary.txt" "$@" \
    >"$night/run.txt" 2>"$night/run.jsonl" &
  ended
  ran=$?
else
  echo "told to stop before the run" >"$night/run.txt"
fi

code=$ran
said=""
if [ "$updated" -ne 0 ]; then
  [ "$code" -ne 0 ] || code=1
  said="; UPDATE: look at the layers"
fi

if [ -f "$night/summary.txt" ]; then
  head=$(head -n 1 "$night/summary.txt")
else
  # the command did not get as far as the summary: what it said is all there is
  head="htkgis run: FAILED before it began"
  cat "$night/run.txt" "$night/run.jsonl" >"$night/summary.txt" 2>/dev/null
fi
{
  echo "$head$said"
  echo
  echo "Layers (htkgis update, exit code $updated):"
  sed 's/^/  /' "$night/layers.txt"
  echo
  echo "Run (exit code $ran):"
  sed 's/^/  /' "$night/summary.txt"
} >"$night/mail.txt"
rm -f "$night/summary.txt" "$night/layers.txt"

# names are dates, so that their order is that of the nights
count=$(find "$nights" -mindepth 1 -maxdepth 1 -type d -name '20*Z' | wc -l)
find "$nights" -mindepth 1 -maxdepth 1 -type d -name '20*Z' | sort | while read -r old; do
  [ "$count" -gt "$keep" ] || break
  rm -r -- "$old"
  count=$((count - 1))
done

if [ -n "${HTKGIS_MAIL:-}" ]; then
  mail -s "$head$said" "$HTKGIS_MAIL" <"$night/mail.txt" ||
    echo "the summary could not be mailed; it lies in $night/mail.txt" >&2
fi
cat "$night/mail.txt"
exit "$code"
