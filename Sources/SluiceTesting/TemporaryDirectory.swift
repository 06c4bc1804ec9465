private import Foundation

/// A folder of its own for a test, removed with all that is in it when the last reference goes.
public final class TemporaryDirectory: Sendable {
    /// The absolute path, without a slash at the end.
    public let path: String

    /// Makes an empty folder that nobody else has.
    public init(_ purpose: String = "test") throws {
        let name = "sluice-\(purpose)-\(UUID().uuidString.lowercased())"
        let url = FileManager.default.temporaryDirectory.appending(path: name)
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        self.path = url.path(percentEncoded: false)
    }

    deinit {
        try? FileManager.default.removeItem(atPath: self.path)
    }

    /// The path of a file or folder inside.
    public func path(of name: String) -> String { "\(self.path)/\(name)" }

    /// Writes a file inside and answers with its path.
    @discardableResult
    public func write(_ bytes: some Sequence<UInt8>, to name: String) throws -> String {
        let path = self.path(of: name)
        try FileManager.default.createDirectory(
            at: URL(filePath: path).deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(bytes).write(to: URL(filePath: path))
        return path
    }

    /// The bytes of a file inside.
    public func read(_ name: String) throws -> [UInt8] {
        Array(try Data(contentsOf: URL(filePath: self.path(of: name))))
    }
}
