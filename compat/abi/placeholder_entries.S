// Where the stubs of codegen/placeholders.py arrive; compat/abi/placeholder.cpp has what is called from here.
// The System V ABI for AMD64, section 3.2.3, says in which registers a call passes its arguments.

        .section .note.GNU-stack,"",@progbits
        .text

        .macro  entry name
        .hidden \name
        .globl  \name
        .type   \name, @function
\name:
        .cfi_startproc
        .endm

        .macro  entry_end name
        .cfi_endproc
        .size   \name, .-\name
        .endm

// A stub calls its entry, which takes the stub's address off the stack: to the unwinder the user called the entry.
        entry   placeholder_entry
        popq    %rdi
        subq    $8, %rsp
        .cfi_adjust_cfa_offset 8
        call    flambeau_placeholder_called@PLT
        entry_end placeholder_entry

// A slot of a vtable: %rdi holds its name.
        entry   placeholder_slot_entry
        subq    $8, %rsp
        .cfi_adjust_cfa_offset 8
        call    flambeau_placeholder_slot_called@PLT
        entry_end placeholder_slot_entry

// Calls `function`(%r11, %r10) and goes on where it says, with the arguments as they came.
        .macro  forward function
        pushq   %rbp
        .cfi_adjust_cfa_offset 8
        .cfi_rel_offset %rbp, 0
        movq    %rsp, %rbp
        .cfi_def_cfa_register %rbp
        subq    $192, %rsp
        .irp    n, 0, 1, 2, 3, 4, 5, 6, 7
        movaps  %xmm\n, 16*\n(%rsp)
        .endr
        movq    %rax, 128(%rsp)
        movq    %rcx, 136(%rsp)
        movq    %rdx, 144(%rsp)
        movq    %rsi, 152(%rsp)
        movq    %rdi, 160(%rsp)
        movq    %r8, 168(%rsp)
        movq    %r9, 176(%rsp)
        movq    %r11, %rdi
        movq    %r10, %rsi
        call    \function@PLT
        movq    %rax, %r11
        .irp    n, 0, 1, 2, 3, 4, 5, 6, 7
        movaps  16*\n(%rsp), %xmm\n
        .endr
        movq    128(%rsp), %rax
        movq    136(%rsp), %rcx
        movq    144(%rsp), %rdx
        movq    152(%rsp), %rsi
        movq    160(%rsp), %rdi
        movq    168(%rsp), %r8
        movq    176(%rsp), %r9
        leave
        .cfi_def_cfa %rsp, 8
        jmp     *%r11
        .endm

        entry   inline_placeholder_entry
        popq    %r11
        forward flambeau_inline_placeholder_called
        entry_end inline_placeholder_entry

// %r11: the slot in our vtable, %r10: its name.
        entry   inline_slot_entry
        forward flambeau_inline_slot_called
        entry_end inline_slot_entry
