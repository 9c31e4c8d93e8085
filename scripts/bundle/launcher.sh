#!/bin/sh
# attnbench with its own Node: needs a Linux on x64 with glibc 2.34 or newer, and nothing else.
file=$0
while [ -L "$file" ]; do
  target=$(readlink "$file")
  case $target in
    /*) file=$target ;;
    *) file=${file%/*}/$target ;;
  esac
done
case $file in
  */*) here=$(cd "${file%/*}" && pwd) ;;
  *) here=$(pwd) ;;
esac

# Dawn wants a C++ library as new as GLIBCXX_3.4.30. The system's own goes first, because drivers use it too.
newest=
for folder in /usr/lib/x86_64-linux-gnu /usr/lib64 /usr/lib /lib/x86_64-linux-gnu /lib64; do
  if grep -q GLIBCXX_3.4.30 "$folder/libstdc++.so.6" 2> /dev/null; then newest=$folder; break; fi
done
if [ -z "$newest" ]; then
  export LD_LIBRARY_PATH="${LD_LIBRARY_PATH:+$LD_LIBRARY_PATH:}$here/lib"
fi
exec "$here/bin/node" "$here/app/bin/attnbench.mjs" "$@"
