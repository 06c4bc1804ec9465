/* Calls of Linux that the C library declares as extensions only, so that Swift does not see them. */

/* Writes all of the file system that an open file is on, and waits for it (syncfs(2)). */
int syncfs(int fd);
