"""Unpacks the members of a wheel that match one of the patterns: unpack.py WHEEL FOLDER PATTERN..."""
import fnmatch
import os
import sys
import zipfile

wheel, folder, *patterns = sys.argv[1:]
with zipfile.ZipFile(wheel) as archive:
    for member in archive.infolist():
        if any(fnmatch.fnmatch(member.filename, pattern) for pattern in patterns):
            path = archive.extract(member, folder)
            # zipfile does not restore the executable bit.
            if member.external_attr >> 16 & 0o100:
                os.chmod(path, 0o755)
