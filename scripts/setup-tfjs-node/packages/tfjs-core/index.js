// Holds the place of the package of this name: see ../index.js, which puts the project's own in.
throw new Error(`load this copy of tfjs-node with require('${require('node:path').dirname(__dirname)}')(require)`);
