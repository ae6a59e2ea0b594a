internal import Foundation

/// What this process holds of the system, as `/proc` tells.
package enum ProcessResources {
  /// Open file descriptors; the one that counts them is among them every time.
  package static var descriptors: Int { entries(of: "/proc/self/fd") }
  package static var threads: Int { entries(of: "/proc/self/task") }

  /// Physical memory in use, in bytes.
  package static var residentBytes: Int {
    let fields = (try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8))?.split(separator: " ") ?? []
    return fields.count > 1 ? (Int(fields[1]) ?? 0) * 4096 : 0
  }

  /// The most physical memory that was ever in use, in bytes.
  package static var peakResidentBytes: Int {
    let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
    let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") } ?? ""
    return (line.split(whereSeparator: { !$0.isNumber }).first.flatMap { Int($0) } ?? 0) << 10
  }

  private static func entries(of folder: String) -> Int {
    (try? FileManager.default.contentsOfDirectory(atPath: folder).count) ?? 0
  }

  /// Ends the process as a program does that returns from its main function, whatever still runs.
  package static func exitNow(_ keptAlive: AnyObject) {
    withExtendedLifetime(keptAlive) { exit(EXIT_SUCCESS) }
  }
}
