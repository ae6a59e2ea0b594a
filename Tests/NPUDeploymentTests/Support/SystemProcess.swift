import Foundation

/// A process of this machine, as `/proc` shows it.
struct SystemProcess {
  let identifier: Int32

  /// The letter of its state, such as `S`, `T` or `Z`; `nil` once it is gone.
  var state: Character? { fields.first?.first }

  /// The number of its process group.
  var group: Int32? { fields.dropFirst(2).first.flatMap { Int32($0) } }

  /// What stands behind its name.
  private var fields: [Substring] {
    let line = (try? String(contentsOfFile: "/proc/\(identifier)/stat", encoding: .utf8)) ?? ""
    return line.split(separator: ")").last?.split(separator: " ") ?? []
  }

  /// Whether it has not ended; one that nobody has reaped yet has.
  var isAlive: Bool { state.map { $0 != "Z" && $0 != "X" } ?? false }

  /// Waits until it is in a state.
  func wait(until condition: (Character?) -> Bool) async throws {
    while !condition(state) {
      try Task.checkCancellation()
      await Task.yield()
    }
  }

  /// Waits until it has ended.
  func ended() async throws { try await wait { $0 == nil || $0 == "Z" || $0 == "X" } }
}
