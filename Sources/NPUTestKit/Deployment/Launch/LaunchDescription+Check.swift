internal import NPUTransport

extension LaunchDescription {
  /// Makes sure that a shell can start it.
  ///
  /// - Throws: ``ServiceProcessError`` of kind `invalidDescription`.
  func check() throws(ServiceProcessError) {
    func refuse(_ message: String) -> ServiceProcessError {
      ServiceProcessError(kind: .invalidDescription, message: "\(name): \(message)")
    }
    guard !program.isEmpty else { throw refuse("it names no program") }
    for variable in Array(environment.keys) + Array(secrets.keys) {
      let isName = variable.utf8.enumerated().allSatisfy { index, byte in
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "_"): true
        case UInt8(ascii: "0")...UInt8(ascii: "9"): index > 0
        default: false
        }
      }
      guard isName, !variable.isEmpty else {
        throw refuse("\"\(variable.prefix(80))\" is no name of a variable; use letters, digits and _")
      }
    }
    let texts =
      [program, workingFolder ?? ""] + arguments + environment.values + secrets.values.map { $0.reveal() }
      + files.flatMap { [$0.path, $0.text] }
    guard texts.allSatisfy({ !$0.utf8.contains(0) }) else {
      throw refuse("a text of it holds a NUL byte, which no command line can")
    }
  }
}
