internal import NPUTransport

extension LaunchDescription {
  /// A script for bash that starts the service as ``ServiceProcess`` does: files, variables, folder, program.
  ///
  /// Secrets do not stand in it: it ends with a message unless their variables are set, also those of
  /// ``environment`` whose names end like the ones of secrets.
  ///
  /// - Parameter comments: Lines that stand at its head, after the name.
  /// - Returns: The text of the script.
  /// - Throws: ``ServiceProcessError`` of kind `invalidDescription` if no shell can start it.
  public func startScript(comments: [String] = []) throws(ServiceProcessError) -> String {
    try check()
    let plain = environment.filter { !ShellSecrets.isSecret($0.key[...]) }
    let hidden = Set(secrets.keys).union(environment.keys.filter { ShellSecrets.isSecret($0[...]) })
    var lines = ["#!/usr/bin/env bash"] + ([name] + comments).map { "# " + Self.onOneLine($0) }
    if let readiness { lines.append("# Ready once \(Self.onOneLine(readiness.condition)).") }
    lines += ["set -euo pipefail", ""]
    for variable in hidden.sorted() { lines.append(": \"${\(variable):?set it first}\" && export \(variable)") }
    for (variable, value) in plain.sorted(by: { $0.key < $1.key }) {
      lines.append("export \(variable)=\(ShellText.readable(value))")
    }
    if let workingFolder { lines.append("cd -- \(ShellText.readable(workingFolder))") }
    for file in files {
      let path = ShellText.readable(file.path)
      lines.append(
        "(umask 077; mkdir -p -- \"$(dirname -- \(path))\" && printf %s \(ShellText.quoted(file.text)) >\(path))")
    }
    // A word that begins with a dash would be taken for an option of exec.
    let words = ([program] + arguments.map { redactor.clean($0) }).map(ShellText.readable)
    lines.append("exec -- " + words.joined(separator: " "))
    return redactor.clean(lines.joined(separator: "\n")) + "\n"
  }

  /// A comment ends with its line.
  private static func onOneLine(_ text: String) -> String {
    String(text.map { $0.isNewline ? " " : $0 })
  }
}

extension ReadinessProbe {
  /// In words, by what one sees that the service is ready.
  var condition: String {
    let statuses = statuses.map(String.init).joined(separator: " or ")
    return "GET \(url) says \(statuses)" + (text.map { " and \($0)" } ?? "")
  }
}
