"""Mail by SMTP, or into a folder of files: a letter in, an outcome out. Never the database."""
