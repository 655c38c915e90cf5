"""The C++ binding: arguments and messages, indexing, conversion, autograd functions, hooks, storages, small types."""

import pickle
import threading

import torch


def show(label, function):
    try:
        print(label, function())
    except Exception as error:
        print(label, type(error).__name__, str(error).strip())


x = torch.arange(24.0).reshape(2, 3, 4)
mask = torch.tensor([[True, False, True], [False, True, False]])

# Indexing: every form, reading.
for text in [
    "x[0]",
    "x[-1]",
    "x[1,2]",
    "x[1,2,3]",
    "x[...]",
    "x[...,0]",
    "x[:,1]",
    "x[:,::2]",
    "x[1:,:2,1:3]",
    "x[None]",
    "x[None,...,None]",
    "x[True]",
    "x[False]",
    "x[0,None]",
    "x[[0,1]]",
    "x[[0,1],[1,2]]",
    "x[:,[0,2]]",
    "x[mask]",
    "x[mask,0]",
    "x[mask,:,None]",
    "x[torch.tensor(1)]",
    "x[torch.tensor([1,0])]",
    "x[:,torch.tensor([[0,1],[2,0]])]",
    "x[np.array([1,0])]",
    "x[np.int64(1)]",
    "x[torch.tensor([0,1]),:,torch.tensor([1,2])]",
    "x[(0,1)]",
    "x[5]",
    "x[0,0,0,0]",
    "x[...,7]",
    "x['a']",
    "x[1.5]",
    "x[::-1]",
    "x[::0]",
    "x[x>10]",
    "x[torch.tensor(True)]",
    "x[[]]",
    "x[0:0]",
    "x[slice(None),slice(1)]",
    "x[torch.tensor([5])]",
    "len(x)",
    "list(x[0,:,0])",
    "3.0",
    "in",
    "x",
]:
    show(text, lambda text=text: eval(text.replace("\u0020", " ")))

# ... and writing.
for text in [
    "y[0]=1",
    "y[1,2]=torch.ones(4)",
    "y[...,0]=torch.arange(3.)",
    "y[mask]=7",
    "y[mask,1]=-1",
    "y[[0,1],[1,2]]=5",
    "y[:,None]=2",
    "y[None]=torch.zeros(1,2,3,4)",
    "y[torch.tensor([0,1]),torch.tensor([0,1]),torch.tensor([0,1])]=torch.tensor([8.,9.])",
    "y[0]='a'",
    "y[0]=torch.ones(5)",
    "y[9]=1",
    "y[True]=3",
    "y[False]=4",
    "y[y>5]=0",
    "y[0,:,1]=np.ones(3)",
    "y[1:,1:]=torch.tensor([[1.],[2.]])",
]:
    y = x.clone()

    def assign(text=text, y=y):
        exec(text, globals(), {"y": y})
        return y

    show(text, assign)

# Arguments: what is taken, what is refused and how.
a, b = torch.ones(2, 3), torch.arange(6.0).reshape(2, 3)
for text in [
    "torch.add(a,1)",
    "torch.add(a,b,alpha=2)",
    "a.add(b,alpha=np.float64(2))",
    "torch.add(1,'a')",
    "torch.add('a')",
    "a.add(b,beta=1)",
    "torch.sum(a,dim=1)",
    "torch.sum(a,axis=1,keepdims=True)",
    "a.sum((0,1))",
    "a.sum([0])",
    "torch.max(b,1)",
    "torch.max(b,1)[0]",
    "torch.max(b)",
    "torch.max(b,1).indices",
    "a.view(3,2)",
    "a.view([6])",
    "a.view(-1).shape",
    "a.view(torch.int32).dtype",
    "a.permute(1,0).shape",
    "a.reshape(np.int64(3),2).shape",
    "torch.ones(2,3,dtype=int)",
    "torch.zeros((2,),dtype=torch.half)",
    "torch.full((2,),3)",
    "torch.full((2,),True)",
    "torch.full([2],2.5)",
    "torch.empty(2,0)",
    "torch.ones(2,3,4,5).shape",
    "torch.ones([2,3]).shape",
    "torch.ones(torch.Size([2])).shape",
    "torch.arange(3)",
    "torch.arange(1,4)",
    "torch.arange(0,1,0.25)",
    "torch.arange(3.)",
    "torch.linspace(0,1,3)",
    "torch.eye(2)",
    "torch.zeros_like(b,dtype=torch.long)",
    "torch.cat([a,b])",
    "torch.cat((a,b),dim=1)",
    "torch.cat([a,1])",
    "torch.cat(1)",
    "torch.stack([a,b]).shape",
    "torch.where(b>2,b,a)",
    "torch.where(b>2,1.,0.)",
    "b.clamp(1,3)",
    "b.clamp(min=2)",
    "b.pow(2)",
    "2**b",
    "b**0.5",
    "b//2",
    "b%4",
    "-b",
    "+b",
    "abs(-b)",
    "~(b>2)",
    "(b>1)&(b<4)",
    "b==b",
    "b!=1",
    "b<3",
    "1-b",
    "2/(b+1)",
    "b@b.T",
    "b.matmul(b.T)",
    "b.t().shape",
    "b.T.shape",
    "torch.mm(a)",
    "torch.mm(a,1)",
    "torch.mm(a,b)",
    "a.to(torch.float64).dtype",
    "a.to('cpu').dtype",
    "a.to(b)",
    "a.to(3,4,5,6)",
    "a.type()",
    "a.type(torch.int32).dtype",
    "a.int().dtype",
    "a.long().dtype",
    "torch.tensor([1,2.5])",
    "torch.tensor([[1],[2]])",
    "torch.tensor([True,False])",
    "torch.tensor(1+2j)",
    "torch.tensor([])",
    "torch.tensor([[],[]]).shape",
    "torch.tensor([1,[2]])",
    "torch.tensor(['a'])",
    "torch.tensor([[1,2],[3]])",
    "torch.tensor(np.arange(3,dtype=np.int16))",
    "torch.tensor([a,b])",
    "torch.tensor(300,dtype=torch.uint8)",
    "torch.as_tensor([1,2])",
    "torch.tensor(2**40)",
    "a.new_zeros(2)",
    "a.new_tensor([1,2])",
    "a.new_full((2,),3)",
    "torch.device('cpu')",
    "torch.device('cuda:1')",
    "torch.device('foo')",
    "torch.float32",
    "torch.int64.is_floating_point",
    "torch.finfo(torch.float16)",
    "torch.iinfo(torch.int8)",
    "torch.finfo(torch.int8)",
    "torch.Size([1,2])+(3,)",
    "torch.Size([1,2]).numel()",
    "torch.Size([1,2])[0]",
    "torch.Size([1,2])[:1]",
    "torch.strided",
    "torch.channels_last",
    "torch.topk(b,2)",
    "torch.sort(b,descending=True)",
    "b.max(0)",
    "b.min(1,True)",
    "b.std()",
    "b.mean((0,1))",
    "b.mean('a')",
    "torch.nn.functional.linear(1,2)",
    "b.split(1)",
    "b.chunk(3,1)",
    "torch.split(b,[1,2],1)",
    "b.unbind(1)",
    "b.tolist()",
    "b.item()",
    "b[0,1].item()",
    "int(b[0,1])",
    "float(b[1,0])",
    "bool(b)",
    "bool(b[0,0])",
    "[10,20][torch.tensor(1)]",
    "b.stride()",
    "b.stride(0)",
    "b.size()",
    "b.size(1)",
    "b.size(5)",
    "b.dim()",
    "b.numel()",
    "b.element_size()",
    "b.is_contiguous()",
    "b.T.is_contiguous()",
    "b.storage_offset()",
    "b[1].storage_offset()",
    "b.dtype",
    "b.layout",
    "b.device",
    "b.requires_grad",
    "b.is_leaf",
    "b.grad_fn",
    "b.data.sum()",
    "b.ndim",
    "b.nbytes",
    "b.itemsize",
    "hash(b)==hash(b)",
    "np.asarray(b)",
    "b.numpy().sum()",
    "torch.from_numpy(np.arange(4.))",
    "np.add(b,1)",
    "b.numpy()[::2]",
    "torch.from_numpy(np.arange(4)[::-1])",
    "torch.from_numpy(np.array(['a']))",
    "torch.frombuffer(bytearray(b'\\x01\\x02\\x03\\x04'),dtype=torch.int16)",
    "a.cos(1)",
    "a.exp_()",
    "torch.result_type(a,1)",
    "torch.promote_types(torch.int8,torch.uint8)",
    "torch.is_floating_point(a)",
    "torch.numel(a)",
    "a.equal(b)",
    "torch.allclose(a,a)",
    "a.copy_(b)",
    "torch.add(a,b,out=torch.empty(2,3))",
    "torch.max(b,1,out=(torch.empty(2),torch.empty(2,dtype=torch.long)))",
]:
    show(text, lambda text=text: eval(text))

# Identity, in-place operators, pickling.
c = torch.zeros(2)
d = c
d += 1
print(d is c, c, c.add_(1) is c, torch.float32 is c.dtype, pickle.loads(pickle.dumps(torch.float16)) is torch.float16)
print(
    pickle.loads(pickle.dumps(torch.device("cuda", 1))),
    pickle.loads(pickle.dumps(torch.Size([1, 2]))),
    pickle.loads(pickle.dumps(b)),
)


class Square(torch.autograd.Function):
    @staticmethod
    def forward(ctx, value, factor):
        ctx.save_for_backward(value)
        ctx.factor = factor
        print("needs", ctx.needs_input_grad)
        return value * value * factor

    @staticmethod
    def backward(ctx, grad):
        (value,) = ctx.saved_tensors
        return grad * 2 * value * ctx.factor, None


w = torch.tensor([1.0, 2.0, 3.0], requires_grad=True)
out = Square.apply(w, 3)
print(out, out.grad_fn.name(), type(out.grad_fn).__name__, out.grad_fn.next_functions[0][0].name())
out.sum().backward()
print(w.grad)
show("twice", lambda: out.sum().backward())


class Wrong(torch.autograd.Function):
    @staticmethod
    def forward(ctx, value):
        return value * 1

    @staticmethod
    def backward(ctx, grad):
        return grad, grad


show("wrong", lambda: Wrong.apply(w).sum().backward())

# Hooks of all kinds.
w.grad = None
seen = []
handle = w.register_hook(lambda grad: (seen.append("tensor"), grad * 2)[1])
after = w.register_post_accumulate_grad_hook(lambda t: seen.append(f"accumulated {t.grad.tolist()}"))
node = w * 2
node.grad_fn.register_hook(lambda inputs, outputs: seen.append(f"node {len(inputs)} {len(outputs)}"))
node.grad_fn.register_prehook(lambda outputs: seen.append("before"))
node.retain_grad()
node.sum().backward()
print(seen, w.grad, node.grad)
handle.remove()
after.remove()
show("grad of integer", lambda: torch.ones(2, dtype=torch.long).requires_grad_())
show("no grad", lambda: torch.ones(2).sum().backward())
show("not scalar", lambda: (w * 2).backward())
show("leaf in place", lambda: w.add_(1))
show("numpy of grad", lambda: w.numpy())
show("float of many", lambda: float(w))
show("grad", lambda: torch.autograd.grad((w**2).sum(), w))
show("unused", lambda: torch.autograd.grad((w**2).sum(), torch.ones(2, requires_grad=True)))
with torch.no_grad():
    print((w * 2).requires_grad, torch.is_grad_enabled())
with torch.inference_mode():
    print((w * 2).is_inference())
errors = []


def backward_elsewhere():
    try:
        Wrong.apply(w).sum().backward()
    except RuntimeError as error:
        errors.append(str(error))


thread = threading.Thread(target=backward_elsewhere)
thread.start()
thread.join()
print(errors)


class Tagged(torch.Tensor):
    @classmethod
    def __torch_function__(cls, function, types, args=(), kwargs=None):
        print("override", function.__name__, [t.__name__ for t in types])
        return super().__torch_function__(function, types, args, kwargs or {})


t = torch.ones(2).as_subclass(Tagged)
print(type(torch.add(t, 1)).__name__, type(t * 2).__name__, type(t[0]).__name__, t.shape)
s = torch.arange(4, dtype=torch.int32).untyped_storage()
print(len(s), s[4], s.nbytes(), list(s[:5]), s.device, s.is_shared())
s[0] = 9
print(torch.tensor([], dtype=torch.int32).set_(s), s.data_ptr() == torch.empty(0, dtype=torch.uint8).set_(s).data_ptr())
g = torch.Generator().manual_seed(3)
print(
    g.initial_seed(),
    torch.rand(2, generator=g).shape,
    g.device,
    torch.equal(g.get_state(), g.clone_state().get_state()),
)
