import Glibc
import WireOracles

// libFuzzer, with the main of the package manager: `ORACLE=json fuzz [options] folder…`.

typealias Input = @convention(c) (UnsafePointer<UInt8>?, Int) -> Int32
typealias Arguments = UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>

@_silgen_name("LLVMFuzzerRunDriver")
func runFuzzer(
    _ count: UnsafeMutablePointer<Int32>, _ arguments: UnsafeMutablePointer<Arguments>, _ input: Input
) -> Int32

nonisolated let oracle = unsafe getenv("ORACLE").flatMap { unsafe Oracle(rawValue: String(cString: $0)) }

guard oracle != nil else {
    fatalError("ORACLE must be one of \(Oracle.allCases.map(\.rawValue).joined(separator: ", "))")
}
var count = CommandLine.argc
var arguments: Arguments = unsafe CommandLine.unsafeArgv
let code = unsafe runFuzzer(&count, &arguments) { start, length in
    let bytes = unsafe Array(UnsafeBufferPointer(start: start, count: length))
    // A contradiction ends the process, and libFuzzer keeps the input.
    if let contradiction = oracle?.contradiction(over: bytes) { fatalError(contradiction) }
    return 0
}
exit(code)
