import Ledger
import ReleaseModel
import Store
import StrictJSON

extension Answering {
    private func reader(of log: Operation.LogName) throws(Problem) -> LogReader {
        switch log {
        case .control: return self.controlLog
        case .access:
            guard let reader = self.accessLog else { throw .notFound("log here", field: "log") }
            return reader
        }
    }

    /// A page of entries: from an index on, or those that name an object.
    func entries(of log: Operation.LogName, _ call: Call) async throws -> Answer {
        let reader = try self.reader(of: log)
        let size = try reader.size()
        let from = try call.query.integer(.from, in: 0...UInt64(Int64.max)) ?? 0
        let limit = try call.query.limit()
        var numbers: [UInt64] = []
        var next: UInt64?
        if let object = call.query[.object] {
            let found = try await self.store.entries.entries(naming: object, from: from, limit: limit + 1)
            numbers = found.prefix(limit).map(\.number).filter { $0 < size }
            next = found.count > limit ? found[limit].number : nil
        } else if from < size {
            numbers = Array(from..<min(from + UInt64(limit), size))
            next = from + UInt64(numbers.count) < size ? from + UInt64(numbers.count) : nil
        }
        var document: [String: JSONValue] = [
            "data": .array(try numbers.map { try Self.described($0, try reader.entry(at: $0)) }),
            "size": .integer(Int64(size)),
        ]
        if let next { document["next"] = .integer(Int64(next)) }
        return .json(.object(document))
    }

    private static func described(_ index: UInt64, _ bytes: [UInt8]) throws -> JSONValue {
        ["index": .integer(Int64(index)), "entry": try JSONValue(parsing: bytes)]
    }

    func proof(of log: Operation.LogName, _ call: Call) throws -> Answer {
        let reader = try self.reader(of: log)
        guard let index = try call.query.integer(.index, in: 0...UInt64(Int64.max)) else {
            throw Problem.invalidParameter("index", "given: the index of the entry")
        }
        return .text(try reader.inclusionProof(index).text)
    }

    func checkpoint(of log: Operation.LogName) throws -> Answer {
        guard let bytes = try self.reader(of: log).resource("checkpoint") else {
            throw Problem.notFound("checkpoint", field: "path")
        }
        return Answer(
            status: 200, mediaType: "text/plain; charset=utf-8", body: bytes,
            caching: log == .control ? .brief : .never)
    }

    func tile(of log: Operation.LogName, _ call: Call) throws -> Answer {
        guard let bytes = try self.reader(of: log).resource("tile/\(call.argument)") else {
            throw Problem.notFound("tile", field: "path")
        }
        return Answer(
            status: 200, mediaType: "application/octet-stream", body: bytes,
            caching: log == .control ? .forever : .never)
    }
}
