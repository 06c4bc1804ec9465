import ArgumentParser
import FoundationEssentials

/// Looks at a configuration without running it.
struct ConfigCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "config", abstract: "Look at the configuration.", subcommands: [Check.self])

    /// Says what holds, and where each value comes from; or all that is wrong.
    struct Check: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "check", abstract: "Print the values that hold and their sources, or all that is wrong.")

        @OptionGroup var options: ServerOptions

        func run() async throws {
            let environment = ProcessInfo.processInfo.environment
            let (values, folder) = try self.options.values(environment: environment)
            _ = try ServerConfiguration(values, folder: folder, environment: environment, read: DataFolder.read)
            for line in Self.lines(values) { StandardOutput.write(line + "\n") }
        }

        /// A line for each key that has a value.
        static func lines(_ values: ConfigurationValues) -> [String] {
            var rows: [(key: String, value: String, place: String)] = []
            for key in ConfigurationKey.all {
                for path in values.paths(of: key) {
                    guard let sourced = values.value(path, key) else { continue }
                    rows.append((path, sourced.text, sourced.place))
                }
            }
            let width = rows.map(\.key.count).max() ?? 0
            let valueWidth = rows.map(\.value.count).max() ?? 0
            return rows.map { row in
                let key = row.key + String(repeating: " ", count: width - row.key.count)
                let value = row.value + String(repeating: " ", count: valueWidth - row.value.count)
                return "\(key)  \(value)  \(row.place)"
            }
        }
    }
}
