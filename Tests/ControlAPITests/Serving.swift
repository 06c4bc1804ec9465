import Foundation
import FoundationNetworking
import Ledger
import Logging
import NIOConcurrencyHelpers
import ReleaseModel
import ServiceLifecycle
import StrictJSON
import Testing

@testable import ControlAPI
@testable import Store

/// What came back.
struct Reply: Sendable {
    var status: Int
    var headers: [String: String]
    var body: [UInt8]

    func json() throws -> JSONValue { try JSONValue(parsing: self.body) }
    var text: String { String(decoding: self.body, as: UTF8.self) }

    /// The code of a problem, after its shape was looked at.
    func problem() throws -> String {
        let json = try self.json()
        #expect(self.headers["content-type"] == Problem.mediaType)
        #expect(json["status"]?.integerValue == Int64(self.status))
        #expect(json["request_id"]?.stringValue == self.headers["x-request-id"])
        for member in ["type", "title", "detail", "docs"] { #expect(json[member]?.stringValue?.isEmpty == false) }
        return try #require(json["code"]?.stringValue)
    }
}

/// An HTTP client of one server.
struct Client: Sendable {
    let port: Int
    let session: URLSession

    func send(
        _ method: String, _ path: String, key: String? = nil, body: String? = nil, headers: [String: String] = [:]
    ) async throws -> Reply {
        var request = URLRequest(url: try #require(URL(string: "http://127.0.0.1:\(self.port)\(path)")))
        request.httpMethod = method
        request.timeoutInterval = 20
        if let key { request.setValue("Bearer \(key)", forHTTPHeaderField: "Authorization") }
        if let body {
            request.httpBody = Data(body.utf8)
            request.setValue("application/json", forHTTPHeaderField: "Content-Type")
        }
        for (name, value) in headers { request.setValue(value, forHTTPHeaderField: name) }
        let (data, response) = try await self.session.data(for: request)
        let answer = try #require(response as? HTTPURLResponse)
        let fields = answer.allHeaderFields.map { ("\($0.key)".lowercased(), "\($0.value)") }
        return Reply(
            status: answer.statusCode, headers: Dictionary(fields, uniquingKeysWith: { $1 }), body: Array(data))
    }

    func get(_ path: String, key: String? = nil) async throws -> Reply {
        try await self.send("GET", path, key: key)
    }

    /// Gives a command.
    func command(
        _ command: Command, key: String, query: String = "", headers: [String: String] = [:]
    ) async throws -> Reply {
        let body = try JSONValue(encoding: command).canonicalText
        return try await self.send("POST", "/v1/commands\(query)", key: key, body: body, headers: headers)
    }
}

extension World {
    /// Runs the service on a free port for the time of `body`, then shuts it down in good order.
    func serving(
        accessLog: LogReader? = nil, requests: RequestFinder? = nil,
        hooks: ControlService.Hooks = ControlService.Hooks(),
        maximumBodyBytes: Int = 256 * 1024, _ body: @Sendable (Client) async throws -> Void
    ) async throws {
        let (ports, continuation) = AsyncStream.makeStream(of: Int.self)
        var hooks = hooks
        hooks.onListening = { continuation.yield($0) }
        var options = ControlOptions(port: 0)
        options.maximumBodyBytes = maximumBodyBytes
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let service = ControlService(
            plane: self.plane, store: self.store, controlLog: self.reader, accessLog: accessLog, requests: requests,
            options: options, hooks: hooks, logger: logger)
        let group = ServiceGroup(configuration: .init(services: [service], logger: logger))
        try await withThrowingTaskGroup { tasks in
            tasks.addTask { try await group.run() }
            var iterator = ports.makeAsyncIterator()
            let port = try #require(await iterator.next())
            let configuration = URLSessionConfiguration.ephemeral
            configuration.httpMaximumConnectionsPerHost = 32
            let session = URLSession(configuration: configuration)
            defer { session.invalidateAndCancel() }
            do {
                try await body(Client(port: port, session: session))
            } catch {
                await group.triggerGracefulShutdown()
                throw error
            }
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
        }
    }
}
