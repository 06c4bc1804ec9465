import Logging
import ServiceLifecycle
import Store

/// Folds the access log into the usage counters, and notes where its requests can be found, now and then and once more
/// at the end.
struct UsageService: Service {
    /// How late counters are at the most, in seconds.
    static let everySeconds = 5

    let fold: UsageFold
    let requests: RequestFinder
    let logger: Logger

    func run() async throws {
        try? await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                await self.catchUp()
                try await Task.sleep(for: .seconds(Self.everySeconds))
            }
        }
        await self.catchUp()
    }

    private func catchUp() async {
        do {
            try await self.fold.catchUp()
        } catch {
            self.logger.error("usage is not counted up to the log", metadata: ["fault": "\(error)"])
        }
        do {
            try await self.requests.catchUp()
        } catch {
            self.logger.error("requests cannot be found up to the log's end", metadata: ["fault": "\(error)"])
        }
    }
}
