"""Types words and tabs into an interactive bash and tells what a program called lagoon would be given:
complete_in_bash.py COMPLETION FOLDER 'KEYS'... ; in KEYS a tab is written \\t. One line a word list."""

import os
import pty
import sys
import time


def read_until(terminal, end):
    text = b""
    while end not in text:
        text += os.read(terminal, 4096)
    return text


def start_bash(completion, folder):
    child, terminal = pty.fork()
    if child == 0:
        os.chdir(folder)
        environment = {"PATH": os.environ["PATH"], "TERM": "dumb", "PS1": "", "HISTFILE": "/dev/null"}
        os.execvpe("bash", ["bash", "--norc", "--noprofile", "-i"], environment)
    setup = f"PS1=; lagoon() {{ printf '<%s>' \"$@\"; echo END; }}; . '{completion}'; echo REA''DY\n"
    os.write(terminal, setup.encode())
    read_until(terminal, b"READY")
    return terminal


def typed(terminal, keys):
    for part in keys.replace("\\t", "\t\0").split("\0"):
        os.write(terminal, part.encode())
        time.sleep(0.2)  # keys that come together with a tab are not completed
    os.write(terminal, b"\n")
    answer = read_until(terminal, b"END").decode()
    return answer.split("END")[0].rsplit("\n", 1)[1]


completion, folder, *lines = sys.argv[1:]
bash = start_bash(os.path.abspath(completion), folder)
for keys in lines:
    print(typed(bash, keys))
