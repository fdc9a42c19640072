# shellcheck shell=bash
# A Python with the peers, made when it is first asked for.

python=''

# Makes the environment once; what cannot be installed is said and left out.
make_python() {
  [[ -z $python ]] || return 0
  python=${PYTHON:-.build/cluster-peers/bin/python3}
  [[ -z ${PYTHON-} ]] || return 0
  local package
  if [[ ! -x $python ]]; then
    say "making $PWD/.build/cluster-peers with dask, ray and parsl, by pip"
    python3 -m venv .build/cluster-peers >>"$log" 2>&1 || { say 'no python3 with venv'; return; }
    for package in 'dask[distributed]' ray parsl; do
      "$python" -m pip install --quiet "$package" >>"$log" 2>&1 || say "$package does not install"
    done
  fi
}

# have_peer MODULE: whether the peer is there; says where it is not.
have_peer() {
  make_python
  "$python" -c "import $1" 2>>"$log" || { say "$python has no $1: left out"; return 1; }
}
