import Logging
import ServiceLifecycle
import UnixSignals

/// Watches the files that hold keys and certificates, so that they are replaced without a restart: each second by what
/// the file system says of them, and all of them at once on SIGHUP, which the log answers in any case.
struct FileWatch: Service {
    let things: [any Reloadable]
    let logger: Logger

    func run() async throws {
        let hangups = await UnixSignalsSequence(trapping: .sighup)
        let look = FileLook(at: self.things, logger: self.logger)
        await cancelWhenGracefulShutdown {
            await withDiscardingTaskGroup { group in
                group.addTask {
                    for await _ in hangups { await look.look(isAsked: true) }
                }
                group.addTask {
                    while (try? await Task.sleep(for: .seconds(1))) != nil { await look.look() }
                }
            }
        }
    }
}
