-- What functions have made is made anew by them as they are now.

SELECT lay_questions('', '');
SELECT limit_login(l.login) FROM staff_login l JOIN pg_roles r ON r.rolname = l.login;
