#!/bin/sh
# Makes the secrets of the clinic profile in ./secrets, once. What is there stays: a new master key would make every record unreadable.
set -eu
cd "$(dirname "$0")/.."
umask 077
mkdir -p secrets

[ -s secrets/postgres_password ] || openssl rand -hex 24 > secrets/postgres_password
printf 'postgres://followthrough:%s@postgres:5432/followthrough' "$(cat secrets/postgres_password)" > secrets/read_models_url
if [ ! -s secrets/master.key ]; then
  openssl rand -base64 32 | tr '+/' '-_' | tr -d '=' > secrets/master.key
  echo 'secrets/master.key is new. Keep a copy elsewhere: without it nothing that is sealed can be read again.'
fi
# For what is not set yet an empty file: how people are told (smtp://user:password@host:587, whsec_…), and what a receiver of traces asks for.
touch secrets/smtp_url secrets/webhook_secret secrets/otlp_headers
# Files become secrets with their owner and mode; in the containers they are read as user 1000.
[ "$(id -u)" -ne 0 ] || chown 1000 secrets/*
