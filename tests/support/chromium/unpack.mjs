// Unpacks the package's browser beside this file and writes ./chromium, which starts it with the libraries and fonts it brought.
// The package unpacks to the temporary folder, and its own libraries only where it believes to run in a cloud function: so we say both.
import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const unpacked = join(here, "unpacked");
mkdirSync(unpacked, { recursive: true });
process.env.TMPDIR = unpacked;
process.env.AWS_EXECUTION_ENV = "AWS_Lambda_nodejs22.x";

const { default: chromium } = await import("@sparticuz/chromium");
const binary = await chromium.executablePath();

const fonts = join(unpacked, "fonts");
writeFileSync(
  join(fonts, "fonts.conf"),
  `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <include ignore_missing="yes">/etc/fonts/fonts.conf</include>
  <dir>${fonts}</dir>
  <cachedir>${join(unpacked, "fonts-cache")}</cachedir>
</fontconfig>
`,
);
const start = join(here, "chromium");
writeFileSync(
  start,
  `#!/bin/sh
LD_LIBRARY_PATH="${join(unpacked, "al2023", "lib")}" FONTCONFIG_PATH="${fonts}" exec "${binary}" "$@"
`,
);
chmodSync(start, 0o755);
