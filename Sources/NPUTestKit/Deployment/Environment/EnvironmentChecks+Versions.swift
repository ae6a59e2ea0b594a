internal import NPUBase
internal import NPUTelemetry

/// Whether driver and CANN work together, by what both say themselves.
extension EnvironmentChecks {
  /// Prints the file of the driver, a mark, and that of CANN, whose folder is named after the processor.
  private static let script = """
    [ -r "$1" ] && cat -- "$1"
    echo "--- CANN"
    for file in "$2"/*/ascend_toolkit_install.info "$2"/ascend_toolkit_install.info; do
      if [ -r "$file" ]; then cat -- "$file"; break; fi
    done
    true
    """

  func versionsFinding() async -> EnvironmentFinding {
    let folder = cannVersionFile.contains("/") ? cannVersionFile.split(separator: "/").dropLast() : ["."]
    let cannFolder = (cannVersionFile.hasPrefix("/") ? "/" : "") + folder.joined(separator: "/")
    let end = await runner.run(
      host.shell(Self.script, [driverVersionFile, cannFolder]), timeout: timeout, outputLimit: 1 << 18)
    guard case .exited(status: 0) = end.kind else {
      return EnvironmentFinding(
        .driverAndCANN, .unknown, "the files of the versions cannot be read (\(Self.reason(end)))")
    }
    let lines = String(decoding: end.output, as: UTF8.self).split(whereSeparator: \.isNewline)
    let parts = lines.split(separator: "--- CANN", maxSplits: 1, omittingEmptySubsequences: false)
    guard let driver = parts.first.flatMap({ ReleaseFile(lines: Array($0)) }) else {
      return EnvironmentFinding(
        .driverAndCANN, .unknown,
        "\(driverVersionFile) cannot be read or names no release; install the driver, or mount the file into the "
          + "container")
    }
    guard let cann = parts.dropFirst().first.flatMap({ ReleaseFile(lines: Array($0)) }) else {
      return EnvironmentFinding(
        .driverAndCANN, .unknown,
        "there is no ascend_toolkit_install.info in \(cannFolder) that names a release; install the CANN toolkit, or "
          + "give the file of where it is")
    }
    return Self.judge(driver: driver, cann: cann)
  }

  /// Either lists the releases of the other that it works with: the newer one knows the older.
  static func judge(driver: ReleaseFile, cann: ReleaseFile) -> EnvironmentFinding {
    let names = "driver \(driver.version) (\(driver.release)) and CANN \(cann.version) (\(cann.release))"
    if driver.compatible.contains(cann.release) || cann.compatible.contains(driver.release) {
      return EnvironmentFinding(.driverAndCANN, .passed, "\(names) go together")
    }
    guard !driver.compatible.isEmpty, !cann.compatible.isEmpty else {
      return EnvironmentFinding(
        .driverAndCANN, .unknown, "\(names): no list says whether they go together; see the release notes of CANN")
    }
    func list(_ releases: [String]) -> String { releases.prefix(12).joined(separator: ", ") }
    return EnvironmentFinding(
      .driverAndCANN, .failed,
      "\(names) do not go together: the driver works with \(list(driver.compatible)), CANN with "
        + "\(list(cann.compatible)); install the driver that the release notes of this CANN name, or another CANN")
  }
}

/// What `version.info` of the driver and `ascend_toolkit_install.info` of CANN say of a release.
struct ReleaseFile: Hashable {
  /// The version that people use, such as `25.2.0` or `8.2.RC1`.
  var version: String
  /// The release, such as `V100R001C22`.
  var release: String
  /// The releases of the other side that it works with.
  var compatible: [String]

  init(version: String, release: String, compatible: [String]) {
    self.version = version
    self.release = release
    self.compatible = compatible
  }

  /// Reads lines such as `Innerversion=V100R001C22SPC001B231` and `compatible_version=[V100R001C21],[V100R001C22]`.
  ///
  /// - Returns: `nil` if they name no release.
  init?(lines: [Substring]) {
    var values: [String: String] = [:]
    for line in lines {
      let parts = line.split(separator: "=", maxSplits: 1)
      guard parts.count == 2 else { continue }
      values[parts[0].trimming(while: \.isWhitespace).lowercased()] = parts[1].trimming(while: \.isWhitespace)
    }
    guard let release = values["innerversion"].flatMap(Self.release) else { return nil }
    self.release = release
    version = Excerpt.of(values["package_version"] ?? values["version"] ?? "?", limit: 40)
    compatible = (values["compatible_version"] ?? "").split(separator: ",").prefix(200).compactMap {
      Self.release(String($0))
    }
  }

  /// The release in a text: `V`, `R` and `C` with a number behind each.
  private static func release(_ text: String) -> String? {
    var rest = text.uppercased().filter { !"[]\" ".contains($0) }[...]
    var release = ""
    for letter in "VRC" {
      guard rest.first == letter else { return nil }
      let digits = rest.dropFirst().prefix { $0.isASCII && $0.isNumber }
      guard !digits.isEmpty, digits.count < 8 else { return nil }
      release += "\(letter)\(digits)"
      rest = rest.dropFirst(1 + digits.count)
    }
    return release
  }
}

extension Substring {
  /// The text without what stands at its ends.
  fileprivate func trimming(while predicate: (Character) -> Bool) -> String {
    String(drop(while: predicate).reversed().drop(while: predicate).reversed())
  }
}
