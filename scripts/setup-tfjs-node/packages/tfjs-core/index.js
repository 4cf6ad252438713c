// A placeholder for the package of this name. ../index.js replaces it with that of the project.
throw new Error(`load this copy of tfjs-node with require('${require('node:path').dirname(__dirname)}')(require)`);
