"""guoban's dashboard for Apache Superset, and a Superset of one's own to try it in.

`dashboard` is what it shows, `assets` writes that as the files of `deploy/superset/dashboard`, which
Superset imports; `served` sets a Superset up in a folder and serves it on loopback, `client` asks it.
"""
