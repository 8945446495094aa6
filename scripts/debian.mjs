// Packages of Debian, fetched by the machine's own apt and unpacked into a folder, not installed.
import { createHash } from 'node:crypto'
import { mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Trouble, cache, run } from './run.mjs'

const KEYRING = '/usr/share/keyrings/debian-archive-keyring.gpg'

/**
 * Fetches packages, with what they need and the machine lacks, and unpacks them into `folder`.
 *
 * @param {object} wanted
 * @param {string[]} wanted.names as apt takes them: `name` or `name=version`
 * @param {string} wanted.folder
 * @param {string} [wanted.suite] a suite to look in besides the machine's own
 * @param {string} [wanted.sha256] what the first package has to be, byte for byte
 */
export async function unpackPackages({ names, folder, suite, sha256 }) {
  const apt = join(cache, 'apt')
  const archives = join(apt, 'archives')
  await rm(apt, { recursive: true, force: true })
  await mkdir(join(apt, 'lists', 'partial'), { recursive: true })
  await mkdir(join(archives, 'partial'), { recursive: true })
  await writeFile(join(apt, 'sources.list'), (await sources(suite)).join('\n') + '\n')

  const settings = {
    'Dir::State::Lists': join(apt, 'lists'),
    'Dir::Cache': apt,
    'Dir::Etc::SourceList': join(apt, 'sources.list'),
    'Dir::Etc::SourceParts': '-',
    'Acquire::Languages': 'none',
    'APT::Sandbox::User': '',
    'Debug::NoLocking': 'true',
  }
  const options = Object.entries(settings).flatMap(([name, value]) => ['-o', `${name}=${value}`])
  await run('reading the package lists', 'apt-get', [...options, 'update'])
  const fetching = ['install', '--yes', '--download-only', '--no-install-recommends', ...names]
  await run(`fetching ${names.join(', ')}`, 'apt-get', [...options, ...fetching])

  const files = (await readdir(archives)).filter((name) => name.endsWith('.deb'))
  if (sha256) await verify(join(archives, files[0]), sha256)
  await rm(folder, { recursive: true, force: true })
  for (const name of files) {
    await run(`unpacking ${name.split('_')[0]}`, 'dpkg', ['-x', join(archives, name), folder])
  }
  await rm(apt, { recursive: true })
}

/**
 * The archives of this machine's release, and `suite` from the same place as the release.
 *
 * @param {string} [suite]
 */
async function sources(suite) {
  const format = '$(REPO_URI) $(RELEASE) $(COMPONENT)'
  const targets = ['indextargets', '--format', format, 'Created-By: Packages']
  const listed = (await run('asking apt for its archives', 'apt-get', targets)).trim().split('\n')
  const osRelease = await readFile('/etc/os-release', 'utf8')
  const codename = osRelease.match(/^VERSION_CODENAME=(\w+)$/m)?.[1]
  const own = listed.filter((line) => line.split(' ')[1]?.split('-')[0] === codename)
  const release = own.find((line) => line.endsWith(` ${codename} main`))
  if (!release) throw new Trouble('apt knows no archive of a Debian release on this machine')
  const wanted = suite ? [...own, release.replace(` ${codename} `, ` ${suite} `)] : own
  return wanted.map((line) => `deb [signed-by=${KEYRING}] ${line}`)
}

/**
 * @param {string} file
 * @param {string} sha256
 */
async function verify(file, sha256) {
  const found = createHash('sha256').update(await readFile(file)).digest('hex')
  if (found !== sha256) throw new Trouble(`${file} is not what was pinned; its sha256 is ${found}`)
}
