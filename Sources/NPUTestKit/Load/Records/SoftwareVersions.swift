internal import NPUTransport

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// The software that stands behind a measurement.
public enum SoftwareVersions {
  /// The version of the kit.
  public static let kit = "0.1.0"

  /// Whether the kit was built for debugging, which makes the client slower and its stamps later.
  public static var isDebugBuild: Bool {
    #if DEBUG
      true
    #else
      false
    #endif
  }

  /// The kit, how it was built, libcurl, its TLS library and the kernel, by name.
  public static var current: [String: String] {
    var versions = CurlVersion.components
    versions["NPUTestKit"] = kit
    versions["build"] = isDebugBuild ? "debug" : "release"
    versions["kernel"] = kernel
    return versions
  }

  /// The kernel's name and release, such as `Linux 6.12.1`.
  private static var kernel: String? {
    var names = utsname()
    guard unsafe uname(&names) == 0 else { return nil }
    return "\(text(names.sysname)) \(text(names.release))"
  }

  /// A C string that lies in a tuple.
  private static func text<Field>(_ field: Field) -> String {
    unsafe withUnsafeBytes(of: field) { bytes in
      unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
    }
  }
}
