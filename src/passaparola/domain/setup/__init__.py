"""Setting up a program by questions: the answers, and the program file that they make. The file is the truth."""
