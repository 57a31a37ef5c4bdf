// Package triton is a client of servers that speak the open inference protocol, version 2: Triton first of all, with its extensions.
// [Connect] opens a connection for questions about the server and its models; [NewTarget] prepares requests to one model, and is a
// load.Server.
package triton
