#!/usr/bin/env bash
# Installs lavapipe, a Vulkan driver for the CPU that has shader-f16, where no GPU is. Bookworm's own Mesa is too old for Dawn, so there it
# comes from backports, whose apt source is the machine's own entry with the suite changed. Exits 1 where it is not to be had: attnbench then
# runs on the SwiftShader that it brings along.
set -euo pipefail
ls /usr/share/vulkan/icd.d/lvp_icd*.json > /dev/null 2>&1 && exit 0
command -v apt-get > /dev/null || exit 1
if [ "$(id -u)" = 0 ]; then as_root=(); else as_root=(sudo -n); fi
"${as_root[@]}" true || exit 1
from=()
if grep -qs 'VERSION_CODENAME=bookworm' /etc/os-release; then
  from=(-t bookworm-backports)
  entry=/etc/apt/sources.list.d/attnbench-backports
  if [ -f /etc/apt/sources.list.d/debian.sources ]; then
    awk 'BEGIN { RS = ""; ORS = "\n\n" } NR == 1' /etc/apt/sources.list.d/debian.sources |
      sed 's/^Suites:.*/Suites: bookworm-backports/' | "${as_root[@]}" tee "$entry.sources" > /dev/null
  else
    sed -n 's/^\(deb .*\) bookworm main.*/\1 bookworm-backports main/p' /etc/apt/sources.list |
      head -n 1 | "${as_root[@]}" tee "$entry.list" > /dev/null
  fi
fi
"${as_root[@]}" apt-get update -qq
"${as_root[@]}" apt-get install -y -qq "${from[@]}" mesa-vulkan-drivers > /dev/null
