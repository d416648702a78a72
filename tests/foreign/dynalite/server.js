// Runs dynalite on a free loopback port. Its own program would use the default port for port 0.
const server = require('dynalite')({ createTableMs: 0 });
server.listen(0, '127.0.0.1', () => console.log(`listening on http://127.0.0.1:${server.address().port}`));
