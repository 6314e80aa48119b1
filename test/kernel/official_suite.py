"""The conformance suite of the Jupyter project (jupyter_kernel_test), told how to say things in TypeScript."""

import unittest

import jupyter_kernel_test


class TypeScriptKernelTests(jupyter_kernel_test.KernelTests):
    kernel_name = "brainlens"
    language_name = "typescript"
    file_extension = ".ts"
    code_hello_world = 'console.log("hello, world")'
    code_stderr = 'console.error("test")'
    completion_samples = [{"text": "consol", "matches": {"console"}}]
    complete_code_samples = ["1", 'console.log("hello, world")', "function f(x: number) {\n  return x * 2;\n}\n"]
    incomplete_code_samples = ["function f(x: number) {\n  return x *", "`hello", "[1, 2,"]
    invalid_code_samples = ["const = 3", "import", "let 7 = x"]
    code_page_something = "console?"
    code_generate_error = "throw new RangeError('bad')"
    code_execute_result = [{"code": "1 + 2 + 3", "result": "6"}]
    code_display_data = [{"code": 'display("<b>x</b>", { as: "text/html" })', "mime": "text/html"}]
    code_inspect_sample = "console"
    code_history_pattern = "1 + 2*"
    supported_history_operations = ("tail", "range", "search")
    code_clear_output = "clearOutput()"


class TypeScriptWelcomeTests(jupyter_kernel_test.IopubWelcomeTests):
    kernel_name = "brainlens"
    support_iopub_welcome = True


if __name__ == "__main__":
    unittest.main()
