// swift-tools-version: 6.2
import PackageDescription

/// The wire rooms by themselves, so that what is compiled for libFuzzer is little and quick. `Fuzzing/run` builds it.
let settings: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .strictMemorySafety(),
]

/// A room of the product; its folder here is a link to the one in `Sources`.
func room(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .target(
        name: name, dependencies: dependencies,
        swiftSettings: settings + [.unsafeFlags(["-sanitize=fuzzer,address"])])
}

let nioCore = Target.Dependency.product(name: "NIOCore", package: "swift-nio")

let package = Package(
    name: "fuzzing",
    dependencies: [.package(url: "https://github.com/apple/swift-nio", exact: "2.101.2")],
    targets: [
        room("StrictJSON"),
        room("ReleaseModel", ["StrictJSON"]),
        room("HTTPWire", [nioCore]),
        room("ChatWire", ["StrictJSON", "ReleaseModel", nioCore]),
        room("WireOracles", ["HTTPWire", "ChatWire", "ReleaseModel", "StrictJSON", nioCore]),
        .executableTarget(
            name: "fuzz", dependencies: ["WireOracles"],
            swiftSettings: settings + [.unsafeFlags(["-sanitize=fuzzer,address"])],
            // lld, for gold cannot link what the sanitizer makes.
            linkerSettings: [.unsafeFlags(["-sanitize=fuzzer,address", "-use-ld=lld"])]),
    ],
    swiftLanguageModes: [.v6]
)
