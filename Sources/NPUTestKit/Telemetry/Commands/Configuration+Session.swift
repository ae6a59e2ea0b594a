internal import Subprocess
internal import SystemPackage

extension Configuration {
  /// A program in a session of its own, which makes its process group and takes the terminal away.
  ///
  /// - Parameter command: The program and its arguments; a name without a slash is looked for in `PATH`.
  init(session command: [String]) {
    var options = PlatformOptions()
    options.createSession = true
    let program = command.first ?? ""
    self.init(
      executable: program.contains("/") ? .path(FilePath(program)) : .name(program),
      arguments: Arguments(Array(command.dropFirst())), platformOptions: options)
  }
}
