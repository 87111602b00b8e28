#!/bin/sh
# The namespace in which the workflows of the episodes live. May run again at any time.
set -eu
temporal operator namespace describe --namespace default > /dev/null 2>&1 ||
  temporal operator namespace create --namespace default --retention 720h
