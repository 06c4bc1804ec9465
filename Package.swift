// swift-tools-version: 6.2
import PackageDescription

/// Every target is built with the same, strictest settings; there is no second tier.
let strict: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .enableUpcomingFeature("InferIsolatedConformances"),
    .enableUpcomingFeature("ImmutableWeakCaptures"),
    .strictMemorySafety(),
    .treatAllWarnings(as: .error),
]

extension Target.Dependency {
    static let collections = product(name: "HashTreeCollections", package: "swift-collections")
    static let crypto = product(name: "Crypto", package: "swift-crypto")
    static let nioCore = product(name: "NIOCore", package: "swift-nio")
    static let nioPosix = product(name: "NIOPosix", package: "swift-nio")
    static let nioEmbedded = product(name: "NIOEmbedded", package: "swift-nio")
    static let nioLocks = product(name: "NIOConcurrencyHelpers", package: "swift-nio")
    static let nioTLS = product(name: "NIOTLS", package: "swift-nio")
    static let nioSSL = product(name: "NIOSSL", package: "swift-nio-ssl")
    static let nioHTTP2 = product(name: "NIOHTTP2", package: "swift-nio-http2")
    static let nioHPACK = product(name: "NIOHPACK", package: "swift-nio-http2")
    static let grdb = product(name: "GRDB", package: "GRDB.swift")
    static let sqlite = product(name: "GRDBSQLite", package: "GRDB.swift")
    static let hummingbird = product(name: "Hummingbird", package: "hummingbird")
    static let hummingbirdTLS = product(name: "HummingbirdTLS", package: "hummingbird")
    static let hummingbirdCore = product(name: "HummingbirdCore", package: "hummingbird")
    static let httpTypes = product(name: "HTTPTypes", package: "swift-http-types")
    static let lifecycle = product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
    static let signals = product(name: "UnixSignals", package: "swift-service-lifecycle")
    static let logging = product(name: "Logging", package: "swift-log")
    static let arguments = product(name: "ArgumentParser", package: "swift-argument-parser")
    static let yams = product(name: "Yams", package: "Yams")
}

/// A target of the product, named by what it may import: arrows only go down (docs/explanation/architecture.md).
func room(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: strict)
}

func tests(
    _ name: String, _ dependencies: [Target.Dependency], exclude: [String] = [], resources: [Resource] = []
) -> Target {
    .testTarget(
        name: name, dependencies: dependencies, exclude: exclude, resources: resources, swiftSettings: strict)
}

let package = Package(
    name: "sluice",
    products: [
        .executable(name: "sluice", targets: ["sluice"]),
        .executable(name: "sample-model", targets: ["SampleModel"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
        .package(url: "https://github.com/apple/swift-collections", exact: "1.6.0"),
        .package(url: "https://github.com/apple/swift-crypto", exact: "4.5.2"),
        .package(url: "https://github.com/apple/swift-http-types", exact: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log", exact: "1.16.2"),
        .package(url: "https://github.com/apple/swift-nio", exact: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-http2", exact: "1.46.0"),
        .package(url: "https://github.com/apple/swift-nio-ssl", exact: "2.37.6"),
        .package(url: "https://github.com/groue/GRDB.swift", exact: "7.10.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", exact: "2.28.1", traits: []),
        .package(url: "https://github.com/jpsim/Yams", exact: "6.2.2"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", exact: "2.13.0"),
    ],
    targets: [
        // Words.
        room("StrictJSON"),
        room("ReleaseModel", ["StrictJSON"]),
        // Rules: values in, values out; no clock, lock, task, socket or file.
        room("AccessPolicy", ["ReleaseModel", "StrictJSON", "Arms", "StageControl", .collections, .crypto]),
        room("Quota", ["ReleaseModel"]),
        room("Ledger", ["ReleaseModel", .crypto]),
        room("Arms", ["ReleaseModel", .crypto]),
        room("Gradient", ["ReleaseModel"]),
        room("SequentialTests"),
        room("StageControl", ["ReleaseModel", "StrictJSON", "SequentialTests", "Arms", .crypto]),
        room("Signals", ["ReleaseModel", "StrictJSON", "StageControl", "Arms"]),
        room("Rehearsal", ["ReleaseModel", "StrictJSON", "SequentialTests", "StageControl"]),
        // Wire formats: bytes to values and back.
        room("HTTPWire", [.nioCore]),
        room("ChatWire", ["StrictJSON", "ReleaseModel", .nioCore]),
        // Adapters: files, sockets, clocks.
        .systemLibrary(name: "CLinuxCalls"),
        room(
            "Store",
            [
                "CLinuxCalls", "ReleaseModel", "StrictJSON", "Ledger", .crypto, .grdb, .nioCore, .nioLocks, .logging,
            ]),
        room("Upstreams", ["HTTPWire", .nioCore, .nioPosix, .nioLocks, .nioTLS, .nioSSL]),
        room("Telemetry", ["StrictJSON", "HTTPWire", "Upstreams", .nioCore, .nioPosix, .nioLocks, .logging]),
        room("PlanFiles", ["StageControl", "StrictJSON", .yams]),
        // Services.
        room(
            "Gateway",
            [
                "ReleaseModel", "AccessPolicy", "Quota", "HTTPWire", "ChatWire", "StrictJSON", "Store", "Upstreams",
                "Telemetry", "Arms", "Signals", "StageControl", .collections, .crypto, .nioCore, .nioPosix, .nioLocks,
                .nioTLS, .nioSSL, .nioHTTP2, .nioHPACK, .lifecycle, .logging,
            ]),
        room(
            "Conductor",
            [
                "ReleaseModel", "StrictJSON", "StageControl", "Signals", "Store", "Telemetry", "Gateway", "ControlAPI",
                .nioCore, .lifecycle, .logging,
            ]),
        room(
            "ControlAPI",
            [
                "ReleaseModel", "AccessPolicy", "StrictJSON", "Arms", "Gradient", "StageControl", "Signals", "Ledger",
                "Store", "Telemetry", .collections, .crypto, .hummingbird, .hummingbirdCore, .hummingbirdTLS,
                .httpTypes, .lifecycle, .logging, .nioCore, .nioPosix, .nioLocks, .nioSSL,
            ]),
        // Executables.
        .executableTarget(
            name: "sluice",
            dependencies: [
                "ReleaseModel", "AccessPolicy", "StrictJSON", "Ledger", "HTTPWire", "Store", "Upstreams", "Telemetry",
                "Gateway", "ControlAPI", "Arms", "StageControl", "SequentialTests", "Signals", "Conductor", "PlanFiles",
                "Rehearsal", "Gradient",
                .arguments, .crypto, .yams, .lifecycle,
                .signals, .logging, .nioCore,
                .nioPosix, .nioLocks,
            ], swiftSettings: strict),
        .executableTarget(
            name: "SampleModel",
            dependencies: [
                "StrictJSON", .arguments, .hummingbird, .httpTypes, .lifecycle, .signals, .logging, .nioCore,
            ], exclude: ["README.md"], swiftSettings: strict),
        .executableTarget(
            name: "BareProxy", dependencies: [.nioCore, .nioPosix], path: "Benchmarks/BareProxy",
            swiftSettings: strict),
        .executableTarget(
            name: "KeyTiming", dependencies: ["AccessPolicy", "ReleaseModel", .crypto],
            path: "Benchmarks/KeyTiming", swiftSettings: strict),
        // Test support.
        room("SluiceTesting"),
        room("StoreTesting", ["Store"]),
        room("WireOracles", ["HTTPWire", "ChatWire", "ReleaseModel", "StrictJSON", .nioCore]),
        // Tests mirror the rooms; TidyTests is the house style, EndToEndTests are named for hazards.
        tests("StrictJSONTests", ["StrictJSON", "SluiceTesting"]),
        tests("ReleaseModelTests", ["ReleaseModel", "StrictJSON", "SluiceTesting"]),
        tests(
            "AccessPolicyTests",
            ["AccessPolicy", "ReleaseModel", "StageControl", "StrictJSON", "SluiceTesting", .collections, .crypto],
            exclude: ["Snapshots"]),
        tests("QuotaTests", ["Quota", "SluiceTesting"]),
        tests("LedgerTests", ["Ledger", "SluiceTesting"], resources: [.copy("Vectors")]),
        tests("ArmsTests", ["Arms", "ReleaseModel", "SluiceTesting"], resources: [.copy("Vectors")]),
        tests("GradientTests", ["Gradient", "ReleaseModel", "SluiceTesting"]),
        tests("SequentialTestsTests", ["SequentialTests", "SluiceTesting"], resources: [.copy("Vectors")]),
        tests(
            "StageControlTests",
            ["StageControl", "Arms", "SequentialTests", "ReleaseModel", "StrictJSON", "SluiceTesting", .yams],
            exclude: ["Plan/Snapshots", "Rollout/Snapshots"]),
        tests(
            "SignalsTests", ["Signals", "ReleaseModel", "StrictJSON", "StageControl", "Arms", "SluiceTesting"]),
        tests(
            "RehearsalTests",
            ["Rehearsal", "StageControl", "SequentialTests", "ReleaseModel", "StrictJSON", "SluiceTesting"],
            exclude: ["Snapshots"]),
        tests("HTTPWireTests", ["HTTPWire", "WireOracles", "SluiceTesting", .nioCore]),
        tests("ChatWireTests", ["ChatWire", "ReleaseModel", "StrictJSON", "SluiceTesting", .nioCore]),
        tests("WireOraclesTests", ["WireOracles", "SluiceTesting"]),
        tests(
            "StoreTests",
            [
                "Store", "StoreTesting", "Ledger", "ReleaseModel", "StrictJSON", "SluiceTesting", .grdb, .nioCore,
                .nioPosix, .nioLocks, .logging,
            ]),
        tests(
            "UpstreamsTests",
            ["Upstreams", "HTTPWire", "SluiceTesting", .nioCore, .nioPosix, .nioEmbedded]),
        tests(
            "TelemetryTests",
            ["Telemetry", "Upstreams", "StrictJSON", "SluiceTesting", .logging, .nioCore, .nioPosix, .nioLocks],
            exclude: ["Snapshots"]),
        tests(
            "GatewayTests",
            [
                "Gateway", "AccessPolicy", "ReleaseModel", "Quota", "ChatWire", "HTTPWire", "StrictJSON", "Ledger",
                "Store", "Upstreams", "Telemetry", "StageControl", "Arms", "Signals", "SluiceTesting", .crypto,
                .nioCore, .nioPosix, .nioLocks, .nioEmbedded, .nioTLS, .nioSSL, .nioHTTP2, .nioHPACK, .logging,
                .lifecycle,
            ]),
        tests(
            "ControlAPITests",
            [
                "ControlAPI", "AccessPolicy", "Arms", "Gradient", "ReleaseModel", "StrictJSON", "Ledger", "PlanFiles",
                "Signals", "StageControl", "Store", "Telemetry", "SluiceTesting", .collections, .crypto, .hummingbird,
                .httpTypes, .nioCore, .nioPosix, .nioLocks, .logging, .lifecycle,
            ]),
        tests("SampleModelTests", ["SampleModel", "StrictJSON", .nioCore]),
        tests(
            "CommandLineTests",
            [
                "sluice", "ReleaseModel", "AccessPolicy", "StrictJSON", "Ledger", "HTTPWire", "Store", "Gateway",
                "Upstreams", "StageControl", "PlanFiles", "Telemetry", "SluiceTesting", .arguments, .crypto, .logging,
                .nioCore, .nioPosix, .nioLocks,
            ], exclude: ["Snapshots", "Plans/Snapshots", "Releases/Snapshots"]),
        tests("PlanFilesTests", ["PlanFiles", "StageControl", "ReleaseModel", "StrictJSON", "SluiceTesting"]),
        tests(
            "ConductorTests",
            [
                "Conductor", "ControlAPI", "Gateway", "sluice", "AccessPolicy", "Signals", "StageControl", "Arms",
                "Ledger", "ReleaseModel", "StrictJSON", "Store", "StoreTesting", "PlanFiles", "SluiceTesting",
                .collections, .crypto, .sqlite, .logging, .nioLocks,
            ]),
        .testTarget(name: "TidyTests", path: "Tests/Tidy", swiftSettings: strict),
    ],
    swiftLanguageModes: [.v6]
)
